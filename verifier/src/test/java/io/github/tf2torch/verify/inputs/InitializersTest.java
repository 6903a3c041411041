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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Keras and PyTorch initialized, recorded by {@code inputs/make_initializers.py}. */
class InitializersTest {
  private static final Map<String, TensorValue> RECORDED = recorded();

  /** A kernel of Keras: its fans are 36 and 45. */
  private static final Shape KERNEL_HWIO = Shape.of(3, 3, 4, 5);

  private static final int FAN_IN = 36;
  private static final int FAN_OUT = 45;

  /** A weight of PyTorch: its fans are 7 and 6. */
  private static final Shape WEIGHT = Shape.of(6, 7);

  /** What a normal distribution cut at two deviations keeps of its deviation. */
  private static final double TRUNCATED = 0.87962566103423978;

  private static Map<String, TensorValue> recorded() {
    try {
      return NpyFile.readAll(
          Path.of(InitializersTest.class.getResource("/inputs/initializers.npz").toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static double fan(String fan) {
    return switch (fan) {
      case "in" -> FAN_IN;
      case "out" -> FAN_OUT;
      case "both" -> (FAN_IN + FAN_OUT) / 2.0;
      default -> 1;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "GlorotUniform, 1, both",
    "HeUniform, 2, in",
    "LecunUniform, 1, in",
    "RandomUniform, .0025, none"
  })
  void uniformInitializersOfKerasAreStatelessDraws(String name, double scale, String fan) {
    for (long seed : new long[] {1, 42, (1L << 31) + 5}) {
      // the bounds of RandomUniform are not computed
      double limit = fan.equals("none") ? .05 : Math.sqrt(3.0 * (scale / Math.max(1, fan(fan))));
      TensorValue drawn =
          TensorFlowRandom.seedGenerator(seed, 0)
              .uniform(KERNEL_HWIO, (float) -limit, (float) limit);
      assertThat(drawn).as("%s of seed %d", name, seed).isEqualTo(keras(name, seed));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GlorotNormal, 1, both, true",
    "HeNormal, 2, in, true",
    "LecunNormal, 1, in, true",
    "TruncatedNormal, .0025, none, false",
    "RandomNormal, .0025, none, false",
    "VarianceScaling, 2.5, out, false"
  })
  void normalInitializersOfKerasAreStatelessDraws(
      String name, double scale, String fan, boolean isWidened) {
    boolean isTruncated = isWidened || name.equals("TruncatedNormal");
    double deviation = Math.sqrt(scale / fan(fan)) / (isWidened ? TRUNCATED : 1);
    for (long seed : new long[] {1, 42, (1L << 31) + 5}) {
      TensorFlowRandom random = TensorFlowRandom.seedGenerator(seed, 0);
      TensorValue drawn =
          isTruncated
              ? random.truncatedNormal(DType.FLOAT32, KERNEL_HWIO)
              : random.normal(DType.FLOAT32, KERNEL_HWIO);
      assertAlmostEqual(drawn, deviation, 0, keras(name, seed));
    }
  }

  private static TensorValue keras(String name, long seed) {
    return RECORDED.get("keras/" + name + "/" + seed);
  }

  @Test
  void layerWithoutASeedTakesTheNextOfPythonsTwister() {
    LongSupplier seeds = KerasSeeds.after(3);
    float limit = (float) Math.sqrt(3.0 * (1 / Math.max(1, (6 + 5) / 2.0)));
    assertThat(
            TensorFlowRandom.seedGenerator(seeds.getAsLong(), 0)
                .uniform(Shape.of(6, 5), -limit, limit))
        .isEqualTo(RECORDED.get("keras/layer/kernel"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void spatialDropoutsOfKerasDropWholeChannels(int rank) {
    Shape noise =
        switch (rank) {
          case 1 -> Shape.of(6, 1, 8);
          case 2 -> Shape.of(6, 1, 1, 8);
          default -> Shape.of(6, 1, 1, 1, 8);
        };
    for (int call = 0; call < 2; call++) {
      assertThat(TensorFlowRandom.seedGenerator(9, call).kept(DType.FLOAT32, noise, 0.3))
          .isEqualTo(RECORDED.get("keras/spatial" + rank + "d/" + call));
    }
  }

  @Test
  void seedGeneratorCountsItsDraws() {
    for (int call = 0; call < 3; call++) {
      assertThat(RECORDED.get("keras/state/" + call).longs()).containsExactly(11, call);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, (1L << 32) + 7})
  void uniformInitializersOfPyTorchAreExact(long seed) {
    assertThat(uniform(seed, Math.sqrt(2.0) / Math.sqrt(7)))
        .isEqualTo(torch("kaiming_uniform_", seed));
    assertThat(uniform(seed, Math.sqrt(2.0 / (7 + 6)))).isEqualTo(torch("xavier_uniform_", seed));
  }

  /** {@code uniform_(-bound, bound)} of the deviation that the initializer asks for. */
  private static TensorValue uniform(long seed, double deviation) {
    float bound = (float) (Math.sqrt(3.0) * deviation);
    return TorchRandom.manualSeed(seed).uniform(WEIGHT, -bound, bound);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, (1L << 32) + 7})
  void linearLayerOfPyTorchDrawsItsWeightAndThenItsBias(long seed) {
    float bound = (float) (Math.sqrt(3.0) * (Math.sqrt(2.0 / (1 + 5)) / Math.sqrt(7)));
    float biasBound = (float) (1 / Math.sqrt(7));
    TorchRandom random = TorchRandom.manualSeed(seed);
    assertThat(random.uniform(WEIGHT, -bound, bound)).isEqualTo(torch("Linear.weight", seed));
    assertThat(random.uniform(Shape.of(6), -biasBound, biasBound))
        .isEqualTo(torch("Linear.bias", seed));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, (1L << 32) + 7})
  void normalInitializersOfPyTorchAreRandn(long seed) {
    assertNormal("kaiming_normal_", seed, Math.sqrt(2.0) / Math.sqrt(6), 0);
    assertNormal("xavier_normal_", seed, Math.sqrt(2.0 / (7 + 6)), 0);
    assertNormal("normal_", seed, 0.02, 3);
  }

  private static void assertNormal(String name, long seed, double deviation, double mean) {
    TensorValue drawn = TorchRandom.manualSeed(seed).randn(DType.FLOAT32, WEIGHT);
    assertAlmostEqual(drawn, deviation, mean, torch(name, seed));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, (1L << 32) + 7})
  void bernoulliOfProbabilitiesComparesFloats(long seed) {
    double[] drawn = TorchRandom.manualSeed(seed).rand(DType.FLOAT32, WEIGHT).doubles();
    double[] ones = torch("bernoulli", seed).doubles();
    for (int i = 0; i < ones.length; i++) {
      assertThat(ones[i]).isEqualTo(drawn[i] < 0.3f ? 1 : 0);
    }
  }

  private static TensorValue torch(String name, long seed) {
    return RECORDED.get("torch/" + name + "/" + seed);
  }

  /** But for the last bits of the C library's sine, cosine and logarithm, and one rounding. */
  private static void assertAlmostEqual(
      TensorValue drawn, double deviation, double mean, TensorValue recorded) {
    double[] expected = recorded.doubles();
    double[] actual = drawn.doubles();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i] * deviation + mean)
          .isCloseTo(expected[i], within(4 * 2.4e-7 * (deviation + Math.abs(mean))));
    }
  }
}
