package io.github.tf2torch.samples.thepost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** 30 steps without BatchNorm, which the post has from both frameworks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThePostTest {
  /** Float32 rounds a loss of 2.6 by 1.2e-7, and 30 steps add up some of it. */
  private static final double ROUNDING = 2e-6;

  /** Of 180 million in 30 steps. */
  private static final long FEW = 1000;

  /** The post's losses have five decimals. */
  private static final double PRINTED = 1e-5;

  private Optional<Path> mnist = Optional.empty();
  private ThirtySteps steps;

  @BeforeAll
  void train(@TempDir Path folder) throws IOException {
    mnist = Optional.ofNullable(System.getenv("TF2TORCH_MNIST")).map(Path::of);
    steps = ThirtySteps.of(Experiment.PLAIN, Path.of(""), folder, mnist);
    assertThat(
            Stream.of(
                steps.float32().tensorflow(),
                steps.float32().torch(),
                steps.tf64(),
                steps.torch64(),
                steps.by32().following(),
                steps.by64().following()))
        .allSatisfy(losses -> assertThat(losses).hasSize(30));
  }

  private static void requireOneOrder() throws IOException {
    Optional<String> impediment = AddingOrder.impediment();
    assumeTrue(impediment.isEmpty(), () -> impediment.orElse(""));
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(n -> n).sum();
  }

  @Test
  void float32TensorflowRepeatsItsColumn() {
    assertThat(ThirtySteps.fromPost(steps.float32().tensorflow(), Experiment.PLAIN::tensorflow))
        .isLessThan(2e-5);
  }

  @Test
  void float32PytorchRepeatsItsColumnWhereItAddsUpInOneOrder() throws IOException {
    requireOneOrder();
    assertThat(ThirtySteps.fromPost(steps.float32().torch(), Experiment.PLAIN::torch))
        .isLessThan(1e-4);
  }

  @Test
  void float64IsOneTrainingInBothAndThePostsPytorch() {
    assertThat(ThirtySteps.apart(steps.tf64(), steps.torch64())).isLessThan(1e-12);
    assertThat(ThirtySteps.fromPost(steps.tf64(), Experiment.PLAIN::torch)).isLessThan(PRINTED);
    assertThat(ThirtySteps.fromPost(steps.torch64(), Experiment.PLAIN::torch)).isLessThan(PRINTED);
  }

  @Test
  void decidingAsTensorflowPytorchTakesThePostsTensorflowSteps() {
    assertThat(ThirtySteps.fromPost(steps.by32().leading(), Experiment.PLAIN::tensorflow))
        .isLessThan(PRINTED);
    assertThat(ThirtySteps.fromPost(steps.by32().following(), Experiment.PLAIN::tensorflow))
        .isLessThan(PRINTED);
    assertThat(ThirtySteps.apart(steps.by32().leading(), steps.by32().following()))
        .isLessThan(ROUNDING);
    assertThat(sum(steps.by32().otherwise())).isLessThan(FEW);
  }

  @Test
  void decidingAsFloat64PytorchTakesThePostsPytorchSteps() {
    assertThat(ThirtySteps.fromPost(steps.by64().following(), Experiment.PLAIN::torch))
        .isLessThan(PRINTED);
    assertThat(ThirtySteps.apart(steps.by64().leading(), steps.by64().following()))
        .isLessThan(ROUNDING);
    assertThat(sum(steps.by64().otherwise())).isLessThan(FEW);
  }

  @Test
  void theScoresOnTheTestImagesAreThePosts() {
    assumeTrue(
        mnist.isPresent(),
        "TF2TORCH_MNIST names no folder with t10k-images-idx3-ubyte.gz and its labels: the scores"
            + " on the test images are not looked at");
    // PyTorch alone, which is the one left out, has one image of 9,984 otherwise
    assertScore(0, 0.89303, 0.36152);
    assertScore(2, 0.89303, 0.36152);
    assertScore(3, 0.89293, 0.36160);
  }

  private void assertScore(int which, double accuracy, double loss) {
    Score score = steps.scores().get(which);
    assertThat(score.accuracy()).as(score.whose()).isCloseTo(accuracy, within(PRINTED));
    assertThat(score.loss()).as(score.whose()).isCloseTo(loss, within(PRINTED));
  }
}
