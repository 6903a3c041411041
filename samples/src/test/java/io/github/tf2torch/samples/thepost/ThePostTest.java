package io.github.tf2torch.samples.thepost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.verify.check.TrainingPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThePostTest {
  private static final Path SAMPLES = Path.of("");

  /** Float32 rounds a loss of 2.6 by 1.2e-7, and 30 steps add up some of it. */
  private static final double ROUNDING = 2e-6;

  /** Of 180 million in 30 steps. */
  private static final long FEW = 1000;

  @TempDir Path folder;

  private TrainingPair open(Experiment experiment) throws IOException {
    return TrainingPair.open(ThePost.converted(experiment, SAMPLES, folder));
  }

  private static List<TrainingPair.Batch> batches(int steps) throws IOException {
    return ThePost.batches(Digits.training(SAMPLES)).subList(0, steps);
  }

  private static void assertPrinted(
      List<Double> losses, IntFunction<String> printed, double bound) {
    for (int i = 0; i < losses.size(); i++) {
      assertThat(losses.get(i))
          .as("step %d", i)
          .isCloseTo(Double.parseDouble(printed.apply(i)), within(bound));
    }
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(n -> n).sum();
  }

  @Test
  void float64IsOneTrainingInBothAndThePostsPyTorch() throws IOException {
    try (TrainingPair pair = open(Experiment.PLAIN)) {
      List<Double> tensorflow = pair.tensorflow(true, batches(6)).losses();
      assertPrinted(tensorflow, Experiment.PLAIN::torch, 1e-5);
      assertThat(ThePost.apart(tensorflow, pair.torch(true, batches(6)).losses()))
          .isLessThan(1e-12);
    }
  }

  @Test
  void decidingAsTensorflowPytorchTakesThePostsTensorflowSteps() throws IOException {
    try (TrainingPair pair = open(Experiment.PLAIN)) {
      TrainingPair.Led led = pair.led(false, batches(30));
      assertPrinted(led.leading(), Experiment.PLAIN::tensorflow, 2e-5);
      assertPrinted(led.following(), Experiment.PLAIN::tensorflow, 2e-5);
      assertThat(ThePost.apart(led.leading(), led.following())).isLessThan(ROUNDING);
      assertThat(sum(led.otherwise())).isLessThan(FEW);
    }
  }

  @Test
  void decidingAsFloat64PytorchTakesThePostsPytorchSteps() throws IOException {
    try (TrainingPair pair = open(Experiment.PLAIN)) {
      TrainingPair.Led led = pair.led(true, batches(30));
      assertPrinted(led.following(), Experiment.PLAIN::torch, 1e-5);
      assertThat(ThePost.apart(led.leading(), led.following())).isLessThan(ROUNDING);
      assertThat(sum(led.otherwise())).isLessThan(FEW);
    }
  }

  @Test
  void withBatchNormPytorchFollowsTensorflow() throws IOException {
    try (TrainingPair pair = open(Experiment.BATCH_NORM)) {
      TrainingPair.Led led = pair.led(false, batches(6));
      // TensorFlow's float32 variance of a batch is 7e-5 off, PyTorch's 8e-8
      assertThat(ThePost.apart(led.leading(), led.following())).isLessThan(1e-4);
      TrainingPair.Led by64 = pair.led(true, batches(6));
      assertThat(ThePost.apart(by64.leading(), by64.following())).isLessThan(ROUNDING);
    }
  }

  @Test
  void dropoutDropsTheSameInBoth() throws IOException {
    try (TrainingPair pair = open(Experiment.DROPOUT)) {
      TrainingPair.Led led = pair.led(false, batches(6));
      assertThat(ThePost.apart(led.leading(), led.following())).isLessThan(ROUNDING);
    }
  }
}
