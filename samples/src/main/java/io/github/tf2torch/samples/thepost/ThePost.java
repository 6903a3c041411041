package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.TrainingPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The post's experiments, run again: data, single layers, dropout, a network's gradients; then 30
 * steps of training on its own batches by TensorFlow and by PyTorch, from one TensorFlow
 * checkpoint.
 */
public final class ThePost {
  private ThePost() {}

  /** Arguments: a folder to work in, and MNIST's folder with its test images where it is there. */
  public static void main(String[] arguments) throws IOException {
    Path samples = Files.isDirectory(Path.of("samples")) ? Path.of("samples") : Path.of("");
    Optional<Path> mnist =
        arguments.length > 1 ? Optional.of(Path.of(arguments[1])) : Optional.empty();
    System.out.print(Row.table(DataSums.run(samples)));
    Path work = Path.of(arguments[0]);
    System.out.print(Row.table(SingleLayers.run(samples, work)));
    System.out.print(Row.table(DropoutLayer.run(samples, work)));
    System.out.print(Row.table(NetworkWithBatchNorm.run(samples, work)));
    System.out.println("\n" + AddingOrder.said());
    for (Experiment experiment : Experiment.values()) {
      Path folder = work.resolve(experiment.graph());
      System.out.print(ThirtySteps.of(experiment, samples, folder, mnist).table(experiment));
    }
  }

  /** Writes an experiment's checkpoint and converts it. */
  static VerifyRequest converted(Experiment experiment, Path samples, Path folder)
      throws IOException {
    Path meta =
        PostCheckpoint.write(
            samples.resolve("the-post").resolve(experiment.graph() + ".meta.gz"), folder);
    Path out = folder.resolve("out");
    try (Source source = Source.open(meta)) {
      Converter.convert(source, out, ConvertOptions.defaults(), Progress.silent());
    }
    return request(meta, out);
  }

  /** One thread, as the post had its losses. */
  static VerifyRequest request(Path meta, Path conversion) {
    return VerifyRequest.of(meta, conversion, InputChoice.drawn(1, 2, 28), Set.of());
  }

  static List<TrainingPair.Batch> batches(Digits digits) {
    List<TrainingPair.Batch> batches = new ArrayList<>();
    for (int i = 0; i < digits.batches(); i++) {
      batches.add(new TrainingPair.Batch(List.of(digits.images(i)), List.of(digits.labels(i))));
    }
    return batches;
  }
}
