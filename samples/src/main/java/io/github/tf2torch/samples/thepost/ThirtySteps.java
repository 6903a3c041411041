package io.github.tf2torch.samples.thepost;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.subject.VerifyRequest;
import io.github.tf2torch.verify.training.TrainingPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What one experiment came to, loss by loss.
 *
 * @param float32 each side alone, in a process of its own
 * @param tf64 TensorFlow's losses in float64
 * @param torch64 PyTorch's
 * @param by32 PyTorch in float32, deciding as TensorFlow in float32
 * @param by64 PyTorch in float32, deciding as TensorFlow in float64
 * @param scores on the test images, where they are there
 */
record ThirtySteps(
    Float32Run float32,
    List<Double> tf64,
    List<Double> torch64,
    TrainingPair.Led by32,
    TrainingPair.Led by64,
    List<Score> scores) {

  ThirtySteps {
    tf64 = List.copyOf(tf64);
    torch64 = List.copyOf(torch64);
    scores = List.copyOf(scores);
  }

  static ThirtySteps of(Experiment experiment, Path samples, Path folder, Optional<Path> mnist)
      throws IOException {
    List<TrainingPair.Batch> batches = ThePost.batches(Digits.training(samples));
    VerifyRequest conversion = ThePost.converted(experiment, samples, folder);
    try (Float32Run.Running alone =
            Float32Run.start(conversion, samples, mnist, AddingOrder.environment());
        TrainingPair pair = TrainingPair.open(conversion)) {
      TrainingPair.Led by32 = pair.led(false, batches);
      TrainingPair.Led by64 = pair.led(true, batches);
      List<Double> torch64 = pair.torch(true, batches).losses();
      Float32Run float32 = alone.result();
      List<Score> scores = new ArrayList<>(float32.scores());
      if (mnist.isPresent()) {
        Digits test = Digits.test(mnist.get());
        List<TensorValue> images = test.batchesOfImages();
        scores.add(Score.of("PyTorch, led:", test, pair.torchOutputs(by32.follower(), images)));
        scores.add(
            Score.of("PyTorch, led by float64:", test, pair.torchOutputs(by64.follower(), images)));
      }
      return new ThirtySteps(float32, by64.leading(), torch64, by32, by64, scores);
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

  /** The largest distance from what the post printed; NaN where it printed nothing. */
  static double fromPost(List<Double> losses, IntFunction<String> printed) {
    double largest = 0;
    for (int i = 0; i < losses.size(); i++) {
      String loss = printed.apply(i);
      double post = loss.equals("-") ? Double.NaN : Double.parseDouble(loss);
      largest = Math.max(largest, Math.abs(losses.get(i) - post));
    }
    return largest;
  }

  String table(Experiment experiment) {
    StringBuilder text = new StringBuilder("\n" + experiment.title() + "\n");
    text.append(
        "step  post: TF  PyTorch   float32: TF  PyTorch      led   float64: TF  PyTorch      led\n");
    for (int i = 0; i < tf64.size(); i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%4d   %7s  %7s       %.5f  %.5f  %.5f       %.5f  %.5f  %.5f%n",
              i,
              experiment.tensorflow(i),
              experiment.torch(i),
              float32.tensorflow().get(i),
              float32.torch().get(i),
              by32.following().get(i),
              tf64.get(i),
              torch64.get(i),
              by64.following().get(i)));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "apart at most: float32 %.1e, led %.1e; float64 %.1e, float32 led by it %.1e%n",
            apart(float32.tensorflow(), float32.torch()),
            apart(by32.leading(), by32.following()),
            apart(tf64, torch64),
            apart(by64.leading(), by64.following())));
    double post = fromPost(tf64, experiment::torch);
    if (!Double.isNaN(post)) {
      text.append(
          String.format(
              Locale.ROOT,
              "from the post's TensorFlow at most: float32 %.1e; from its PyTorch: float32 %.1e,"
                  + " float64 %.1e%n",
              fromPost(float32.tensorflow(), experiment::tensorflow),
              fromPost(float32.torch(), experiment::torch),
              post));
    }
    text.append(
        String.format(
            "decided otherwise by rounding: %d numbers where float32 leads, %d where float64%n",
            by32.otherwise().stream().mapToLong(n -> n).sum(),
            by64.otherwise().stream().mapToLong(n -> n).sum()));
    scores.forEach(text::append);
    return text.toString();
  }
}
