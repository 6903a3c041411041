package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.convert.ConvertOptions;
import io.github.tf2torch.convert.Converter;
import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.convert.Source;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.check.TrainingPair;
import io.github.tf2torch.verify.check.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The post's experiments, run again: data, single layers, dropout, a network's gradients; then 30
 * steps of training on its own batches by TensorFlow and by PyTorch, from one TensorFlow
 * checkpoint.
 */
public final class ThePost {
  private static final int STEPS = 30;

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
    for (Experiment experiment : Experiment.values()) {
      Run run =
          run(experiment, samples, Path.of(arguments[0]).resolve(experiment.graph()), mnist, STEPS);
      System.out.print(run.table(experiment));
    }
  }

  /** What one experiment came to, loss by loss. */
  record Run(
      List<Double> tf32,
      List<Double> torch32,
      List<Double> tf64,
      List<Double> torch64,
      TrainingPair.Led by32,
      TrainingPair.Led by64,
      List<Score> scores) {

    String table(Experiment experiment) {
      StringBuilder text = new StringBuilder("\n" + experiment.title() + "\n");
      text.append(
          "step  post: TF  PyTorch   float32: TF  PyTorch      led   float64: TF  PyTorch      led\n");
      for (int i = 0; i < tf32.size(); i++) {
        text.append(
            String.format(
                Locale.ROOT,
                "%4d   %7s  %7s       %.5f  %.5f  %.5f       %.5f  %.5f  %.5f%n",
                i,
                experiment.tensorflow(i),
                experiment.torch(i),
                tf32.get(i),
                torch32.get(i),
                by32.following().get(i),
                tf64.get(i),
                torch64.get(i),
                by64.following().get(i)));
      }
      text.append(
          String.format(
              Locale.ROOT,
              "apart at most: float32 %.1e, led %.1e; float64 %.1e, float32 led by it %.1e%n",
              apart(tf32, torch32),
              apart(by32.leading(), by32.following()),
              apart(tf64, torch64),
              apart(by64.leading(), by64.following())));
      text.append(
          String.format(
              "decided otherwise by rounding: %d numbers where float32 leads, %d where float64%n",
              by32.otherwise().stream().mapToLong(n -> n).sum(),
              by64.otherwise().stream().mapToLong(n -> n).sum()));
      scores.forEach(text::append);
      return text.toString();
    }
  }

  /** The largest difference of two columns of losses. */
  static double apart(List<Double> one, List<Double> other) {
    double largest = 0;
    for (int i = 0; i < one.size(); i++) {
      largest = Math.max(largest, Math.abs(one.get(i) - other.get(i)));
    }
    return largest;
  }

  /** Of the first 9,984 test images, as the post has it: whole batches alone. */
  record Score(String whose, double accuracy, double loss) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "test accuracy and loss, %-26s %.5f %.5f%n", whose, accuracy, loss);
    }
  }

  private static Run run(
      Experiment experiment, Path samples, Path folder, Optional<Path> mnist, int steps)
      throws IOException {
    List<TrainingPair.Batch> batches = batches(Digits.training(samples)).subList(0, steps);
    try (TrainingPair pair = TrainingPair.open(converted(experiment, samples, folder))) {
      TrainingPair.Trained tf32 = pair.tensorflow(false, batches);
      TrainingPair.Trained torch32 = pair.torch(false, batches);
      TrainingPair.Led by32 = pair.led(false, batches);
      TrainingPair.Led by64 = pair.led(true, batches);
      List<Score> scores = new ArrayList<>();
      if (mnist.isPresent()) {
        Digits test =
            Digits.of(
                mnist.get().resolve("t10k-images-idx3-ubyte.gz"),
                mnist.get().resolve("t10k-labels-idx1-ubyte.gz"));
        List<TensorValue> images = batches(test).stream().map(b -> b.inputs().get(0)).toList();
        scores.add(score("TensorFlow:", test, pair.tensorflowOutputs(tf32, images)));
        scores.add(score("PyTorch:", test, pair.torchOutputs(torch32, images)));
        scores.add(score("PyTorch, led:", test, pair.torchOutputs(by32.follower(), images)));
        scores.add(
            score("PyTorch, led by float64:", test, pair.torchOutputs(by64.follower(), images)));
      }
      return new Run(
          tf32.losses(),
          torch32.losses(),
          pair.tensorflow(true, batches).losses(),
          pair.torch(true, batches).losses(),
          by32,
          by64,
          scores);
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
    return new VerifyRequest(meta, out, 1, Optional.empty(), 2, 28, Set.of(), 1e-5, 1);
  }

  static List<TrainingPair.Batch> batches(Digits digits) {
    List<TrainingPair.Batch> batches = new ArrayList<>();
    for (int i = 0; i < digits.batches(); i++) {
      batches.add(new TrainingPair.Batch(List.of(digits.images(i)), List.of(digits.labels(i))));
    }
    return batches;
  }

  private static Score score(String whose, Digits digits, List<TensorValue> logits) {
    int right = 0;
    double loss = 0;
    for (int b = 0; b < logits.size(); b++) {
      double[] rows = logits.get(b).doubles();
      for (int r = 0; r < Digits.BATCH; r++) {
        int best = 0;
        double sum = 0;
        for (int c = 0; c < 10; c++) {
          best = rows[r * 10 + c] > rows[r * 10 + best] ? c : best;
        }
        for (int c = 0; c < 10; c++) {
          sum += Math.exp(rows[r * 10 + c] - rows[r * 10 + best]);
        }
        int label = digits.label(b, r);
        right += best == label ? 1 : 0;
        loss += Math.log(sum) + rows[r * 10 + best] - rows[r * 10 + label];
      }
    }
    double count = (double) logits.size() * Digits.BATCH;
    return new Score(whose, right / count, loss / count);
  }
}
