package io.github.tf2torch.samples.resume;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.NpyFile;
import io.github.tf2torch.verify.subject.InputChoice;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.TrainingPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * TensorFlow trains the post's network for 15 steps and saves; it goes on for 15 more, and so does
 * PyTorch from the conversion of what was saved.
 */
public final class ResumeTraining {
  private static final int STEPS = 15;
  private static final int ROWS = 16;
  private static final int PIXELS = 28 * 28;

  private ResumeTraining() {}

  /** Argument: a folder to work in. */
  public static void main(String[] arguments) throws IOException {
    Path samples = Files.isDirectory(Path.of("samples")) ? Path.of("samples") : Path.of("");
    for (String optimizer : List.of("nesterov", "adam")) {
      Path work = Path.of(arguments[0]).resolve(optimizer);
      System.out.print(run(optimizer, samples.resolve("resume-training"), work).table(optimizer));
    }
  }

  /** The losses of the 15 steps from the checkpoint. */
  record Losses(
      List<Double> tensorflow, List<Double> torch, List<Double> tf64, List<Double> torch64) {
    String table(String optimizer) {
      StringBuilder text = new StringBuilder("\n" + optimizer + "\n");
      text.append("step   TensorFlow   PyTorch      both in float64, apart by\n");
      for (int i = 0; i < tensorflow.size(); i++) {
        text.append(
            String.format(
                Locale.ROOT,
                "%4d   %.7f    %.7f    %.7f  %.1e%n",
                STEPS + i + 1,
                tensorflow.get(i),
                torch.get(i),
                torch64.get(i),
                Math.abs(tf64.get(i) - torch64.get(i))));
      }
      return text.toString();
    }
  }

  static Losses run(String optimizer, Path sample, Path work) throws IOException {
    List<TrainingPair.Batch> batches = batches(sample.resolve("digits.npz"));
    TensorFlowTraining trained =
        TensorFlowTraining.run(sample.resolve(optimizer + ".meta.gz"), work, batches, STEPS);
    Path out = work.resolve("out");
    try (Source source = Source.open(trained.meta())) {
      Converter.convert(source, out, ConvertOptions.defaults(), Progress.silent());
    }
    VerifyRequest request =
        VerifyRequest.of(trained.meta(), out, InputChoice.drawn(1, 2, 28), Set.of());
    List<TrainingPair.Batch> rest = batches.subList(STEPS, 2 * STEPS);
    try (TrainingPair pair = TrainingPair.open(request)) {
      return new Losses(
          trained.losses(),
          pair.torch(false, rest).losses(),
          pair.tensorflow(true, rest).losses(),
          pair.torch(true, rest).losses());
    }
  }

  /** Sixteen digits a step, in the order of their file. */
  private static List<TrainingPair.Batch> batches(Path digits) {
    Map<String, TensorValue> arrays = NpyFile.readAll(digits);
    double[] pixels = arrays.get("images").doubles();
    double[] labels = arrays.get("labels").doubles();
    List<TrainingPair.Batch> batches = new ArrayList<>();
    for (int i = 0; i < 2 * STEPS; i++) {
      double[] images = Arrays.copyOfRange(pixels, i * ROWS * PIXELS, (i + 1) * ROWS * PIXELS);
      TensorValue x =
          TensorValue.filled(
              DType.FLOAT32,
              Shape.of(ROWS, 28, 28, 1),
              buffer -> Arrays.stream(images).forEach(p -> buffer.putFloat((float) p / 255f)));
      double[] y = Arrays.copyOfRange(labels, i * ROWS, (i + 1) * ROWS);
      batches.add(
          new TrainingPair.Batch(
              List.of(x), List.of(TensorValue.ofDoubles(DType.INT32, Shape.of(ROWS), y))));
    }
    return batches;
  }
}
