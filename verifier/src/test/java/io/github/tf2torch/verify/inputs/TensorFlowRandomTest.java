package io.github.tf2torch.verify.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against what TensorFlow drew, recorded by {@code inputs/make_random.py}. */
class TensorFlowRandomTest {
  private static final Shape SHAPE = Shape.of(2, 3, 3, 1);
  private final Map<String, TensorValue> recorded = recorded();

  private static Map<String, TensorValue> recorded() {
    try {
      return NpyFile.readAll(
          Path.of(TensorFlowRandomTest.class.getResource("/inputs/random.npz").toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eagerUniformAfterSetSeedOneIsTensorFlows() {
    TensorValue drawn = TensorFlowRandom.of(OpSeed.eager(1).get()).uniform(DType.FLOAT32, SHAPE);
    assertThat(drawn).isEqualTo(recorded.get("eager/1/0"));
    assertThat((float) drawn.doubleAt(0)).isEqualTo(0.16513085f);
    assertThat((float) drawn.doubleAt(1)).isEqualTo(0.90148127f);
  }

  @Test
  void laterEagerDrawsFollowPythonsTwisterForEverySeed() {
    for (long seed : new long[] {1, 0, 42, Integer.MAX_VALUE, (1L << 40) + 7, -3}) {
      Supplier<OpSeed> seeds = OpSeed.eager(seed);
      for (int k = 0; k < 3; k++) {
        assertThat(TensorFlowRandom.of(seeds.get()).uniform(DType.FLOAT32, SHAPE))
            .as("seed %d, draw %d", seed, k)
            .isEqualTo(recorded.get("eager/" + seed + "/" + k));
      }
    }
  }

  @Test
  void everyDtypeIsDrawnAsTensorFlowDrawsIt() {
    Supplier<OpSeed> seeds = OpSeed.eager(9);
    Shape shape = Shape.of(3, 5);
    assertThat(TensorFlowRandom.of(seeds.get()).uniform(shape, -2, 3))
        .isEqualTo(recorded.get("eager/9/float32"));
    assertThat(TensorFlowRandom.of(seeds.get()).uniform(DType.FLOAT64, shape))
        .isEqualTo(recorded.get("eager/9/float64"));
    assertThat(TensorFlowRandom.of(seeds.get()).uniformInt32(shape, 0, 1000))
        .isEqualTo(recorded.get("eager/9/int32"));
    assertThat(TensorFlowRandom.of(seeds.get()).uniformInt64(shape, 0, 1_000_000_000_000L))
        .isEqualTo(recorded.get("eager/9/int64"));
    assertThat(TensorFlowRandom.of(seeds.get()).uniform(DType.FLOAT32, Shape.of(2, 33, 31, 3)))
        .isEqualTo(recorded.get("eager/9/large"));
  }

  @Test
  void seedAttributesOfAGraphAreKeyAndCounter() {
    for (int seed2 = 0; seed2 <= 3; seed2++) {
      assertThat(TensorFlowRandom.of(new OpSeed(1, seed2)).uniform(DType.FLOAT32, SHAPE))
          .isEqualTo(recorded.get("graph/1/" + seed2));
    }
    assertThat(TensorFlowRandom.of(new OpSeed(87654321, 5)).uniform(DType.FLOAT32, SHAPE))
        .isEqualTo(recorded.get("graph/87654321/5"));
    assertThat(
            (float) TensorFlowRandom.of(new OpSeed(1, 3)).uniform(DType.FLOAT32, SHAPE).doubleAt(0))
        .as("the post's first number in TensorFlow 1")
        .isEqualTo(0.77878559f);
  }

  @Test
  void graphAndFunctionCountTheirRandomOperations() {
    assertThat(TensorFlowRandom.of(OpSeed.inGraph(1, 0)).uniform(DType.FLOAT32, SHAPE))
        .isEqualTo(recorded.get("post"))
        .isEqualTo(recorded.get("function/1/0"));
    assertThat(TensorFlowRandom.of(OpSeed.inGraph(1, 1)).uniform(DType.FLOAT32, SHAPE))
        .isEqualTo(recorded.get("function/1/1"));
  }

  @Test
  void secondRunOfAnOperationGoesOnInItsStream() {
    assertThat(
            TensorFlowRandom.ofRun(new OpSeed(1, 0), 1, SHAPE.count())
                .uniform(DType.FLOAT32, SHAPE))
        .isEqualTo(recorded.get("second"));
  }

  @Test
  void inputsAreDrawnInTheOrderOfTheSignature() {
    Signature signature =
        new Signature(
            "serve",
            List.of(
                input("a", DType.FLOAT32, Dims.of(-1, 3, 3, 1)),
                input("flag", DType.BOOL, Dims.of()),
                input("b", DType.FLOAT32, Dims.of(2, 3, 3, 1))),
            List.of());
    Map<String, TensorValue> inputs = SeededInputs.of(1).draw(signature);
    assertThat(inputs.keySet()).containsExactly("a", "flag", "b");
    assertThat(inputs.get("a")).isEqualTo(recorded.get("eager/1/0"));
    assertThat(inputs.get("flag").longs()).containsExactly(0);
    assertThat(inputs.get("b")).isEqualTo(recorded.get("eager/1/1"));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void inputsAreDrawnInTheirType(DType dtype) {
    Signature signature =
        new Signature("serve", List.of(input("x", dtype, Dims.of(-1, 5))), List.of());
    TensorValue x = new SeededInputs(1, 4, 50, Map.of()).draw(signature).get("x");
    assertThat(x.dtype()).isEqualTo(dtype);
    assertThat(Arrays.stream(x.doubles()).allMatch(each -> each >= 0 && each < 1)).isTrue();
    assertThat(Arrays.stream(x.doubles()).distinct().count()).isGreaterThan(10);
  }

  @Test
  void wholeNumbersStayInsideTheirVocabulary() {
    Signature signature =
        new Signature("serve", List.of(input("ids", DType.INT64, Dims.of(-1, -1))), List.of());
    TensorValue ids = new SeededInputs(1, 4, 50, Map.of("ids", 7L)).draw(signature).get("ids");
    assertThat(ids.shape()).isEqualTo(Shape.of(4, 50));
    assertThat(ids.longs()).containsOnly(0, 1, 2, 3, 4, 5, 6);
  }

  private static Signature.Tensor input(String key, DType dtype, Dims dims) {
    return new Signature.Tensor(key, new Endpoint(key, 0), dtype, Optional.of(dims));
  }
}
