package io.github.tf2torch.verify.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what TensorFlow, Keras and PyTorch drew, recorded by {@code inputs/make_draws.py}. */
class DrawsTest {
  private static final Map<String, TensorValue> RECORDED = recorded();
  private static final Shape DROPPED = Shape.of(6, 9, 4);
  private static final Shape THOUSAND = Shape.of(1001);

  /** Three units in the last place of a number below four. */
  private static final double LAST_BITS = 3 * 2.4e-7;

  private static Map<String, TensorValue> recorded() {
    try {
      return NpyFile.readAll(Path.of(DrawsTest.class.getResource("/inputs/draws.npz").toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 4", "0, 0", "-5, 1099511627777"})
  void statelessDrawsAreTensorFlowsInEveryFloatingType(long a, long b) {
    String prefix = "stateless/" + a + "/" + b + "/";
    Shape shape = Shape.of(57);
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.FLOAT16}) {
      assertThat(TensorFlowRandom.stateless(a, b).uniform(dtype, shape))
          .isEqualTo(RECORDED.get(prefix + "uniform/" + dtype.torchName()));
    }
    assertThat(doubles(TensorFlowRandom.stateless(a, b).uniform(DType.BFLOAT16, shape)))
        .containsExactly(doubles(RECORDED.get(prefix + "uniform/bfloat16")));
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      assertAlmostEqual(
          TensorFlowRandom.stateless(a, b).normal(dtype, THOUSAND),
          RECORDED.get(prefix + "normal/" + dtype.torchName()));
      assertAlmostEqual(
          TensorFlowRandom.stateless(a, b).truncatedNormal(dtype, THOUSAND),
          RECORDED.get(prefix + "truncated/" + dtype.torchName()));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "87654321, 5"})
  void statefulNormalNumbersFollowTheSeedsOfTheOperation(long seed, long seed2) {
    String name = seed + "/" + seed2;
    OpSeed seeds = new OpSeed(seed, seed2);
    assertAlmostEqual(
        TensorFlowRandom.of(seeds).normal(DType.FLOAT32, THOUSAND), RECORDED.get("normal/" + name));
    assertAlmostEqual(
        TensorFlowRandom.of(seeds).truncatedNormal(DType.FLOAT32, THOUSAND),
        RECORDED.get("truncated/" + name));
  }

  @Test
  void dropoutOfTensorFlowKeepsTheSameElements() {
    Supplier<TensorFlowRandom> first = () -> TensorFlowRandom.of(OpSeed.eager(1).get());
    assertThat(first.get().kept(DType.FLOAT32, DROPPED, 0.3)).isEqualTo(RECORDED.get("dropout/nn"));
    assertThat(first.get().kept(DType.FLOAT32, DROPPED, 1 - 0.7))
        .isEqualTo(RECORDED.get("dropout/keep_prob"));
    assertThat(first.get().kept(DType.FLOAT32, Shape.of(6, 1, 4), 0.3))
        .isEqualTo(RECORDED.get("dropout/noise_shape"));
    assertThat(first.get().kept(DType.FLOAT64, DROPPED, 0.3))
        .isEqualTo(RECORDED.get("dropout/float64"))
        .isNotEqualTo(RECORDED.get("dropout/nn"));
    assertThat(first.get().kept(DType.FLOAT16, DROPPED, 0.3))
        .isEqualTo(RECORDED.get("dropout/float16"));
    assertThat(TensorFlowRandom.stateless(3, 4).kept(DType.FLOAT32, DROPPED, 0.3))
        .isEqualTo(RECORDED.get("dropout/stateless"));
  }

  @Test
  void dropoutOfKerasCountsItsCalls() {
    for (int call = 0; call < 3; call++) {
      assertThat(TensorFlowRandom.seedGenerator(11, call).kept(DType.FLOAT32, DROPPED, 0.3))
          .isEqualTo(RECORDED.get("keras/dropout/" + call));
      assertThat(TensorFlowRandom.seedGenerator(11, call).uniform(DType.FLOAT32, Shape.of(50)))
          .isEqualTo(RECORDED.get("keras/uniform/" + call));
    }
    assertThat(TensorFlowRandom.seedGenerator(9, 0).kept(DType.FLOAT32, Shape.of(6, 1, 4), 0.3))
        .isEqualTo(RECORDED.get("keras/spatial1d"));
  }

  @Test
  void layersWithoutASeedTakeKerasNextOne() {
    LongSupplier seeds = KerasSeeds.after(3);
    for (long recorded : RECORDED.get("keras/seeds/3").longs()) {
      assertThat(seeds.getAsLong()).isEqualTo(recorded);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, (1L << 31) + 5, (1L << 32) + 7})
  void uniformAndWholeNumbersOfPyTorchAreExact(long seed) {
    String prefix = "torch/" + seed + "/";
    assertThat(TorchRandom.manualSeed(seed).rand(DType.FLOAT32, Shape.of(1000)))
        .isEqualTo(RECORDED.get(prefix + "rand/float32"));
    assertThat(TorchRandom.manualSeed(seed).rand(DType.FLOAT64, Shape.of(700)))
        .isEqualTo(RECORDED.get(prefix + "rand/float64"));
    assertThat(TorchRandom.manualSeed(seed).uniform(Shape.of(100), -2, 3))
        .isEqualTo(RECORDED.get(prefix + "uniform"));
    assertThat(TorchRandom.manualSeed(seed).randint(-3, 1000, Shape.of(100)))
        .isEqualTo(RECORDED.get(prefix + "randint"));
    assertThat(TorchRandom.manualSeed(seed).randperm(1000))
        .isEqualTo(RECORDED.get(prefix + "randperm"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, (1L << 31) + 5, (1L << 32) + 7})
  void normalNumbersOfPyTorchChangeTheirWayAtSixteen(long seed) {
    for (int count : new int[] {1, 2, 5, 15, 16, 17, 31, 100}) {
      for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        assertAlmostEqual(
            TorchRandom.manualSeed(seed).randn(dtype, Shape.of(count)),
            RECORDED.get("torch/" + seed + "/randn/" + count + "/" + dtype.torchName()));
      }
    }
  }

  @Test
  void secondOfAPairOfNormalNumbersWaitsForTheNextCall() {
    TorchRandom random = TorchRandom.manualSeed(3);
    double[] recorded = doubles(RECORDED.get("torch/3/twice"));
    assertThat(doubles(random.randn(DType.FLOAT32, Shape.of(3))))
        .containsExactly(recorded[0], recorded[1], recorded[2]);
    assertThat(doubles(random.randn(DType.FLOAT32, Shape.of(4))))
        .containsExactly(recorded[3], recorded[4], recorded[5], recorded[6]);
    assertThat(doubles(random.rand(DType.FLOAT32, Shape.of(2))))
        .containsExactly(recorded[7], recorded[8]);
  }

  @Test
  void dropoutOfPyTorchDrawsInDouble() {
    assertThat(TorchRandom.manualSeed(7).kept(Shape.of(1000), 0.3))
        .isEqualTo(RECORDED.get("torch/7/dropout"));
  }

  /** Equal but for the last bits, and nearly everywhere equal. */
  private static void assertAlmostEqual(TensorValue drawn, TensorValue recorded) {
    assertThat(drawn.dtype()).isEqualTo(recorded.dtype());
    double[] expected = doubles(recorded);
    double[] actual = doubles(drawn);
    double bound = drawn.dtype() == DType.FLOAT64 ? 1e-14 : LAST_BITS;
    int equal = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(bound));
      equal += actual[i] == expected[i] ? 1 : 0;
    }
    assertThat(equal).isGreaterThanOrEqualTo((int) (0.5 * expected.length));
  }

  private static double[] doubles(TensorValue value) {
    double[] doubles = new double[Math.toIntExact(value.shape().count())];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = value.doubleAt(i);
    }
    return doubles;
  }
}
