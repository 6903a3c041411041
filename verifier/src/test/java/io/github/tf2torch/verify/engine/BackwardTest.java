package io.github.tf2torch.verify.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.inputs.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of single operations against {@code tape.gradient} of Python's TensorFlow. */
class BackwardTest {
  private static final Map<String, TensorValue> RECORDED =
      NpyFile.readAll(TinyGraph.fixture("backward.npz"));
  private static final Endpoint X = new Endpoint("x", 0);

  static Stream<String> outputs() {
    return RECORDED.keySet().stream()
        .filter(k -> k.startsWith("dx/"))
        .map(k -> k.substring("dx/".length()))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void gradientOfTheSumIsThatOfTheTape(String output) throws IOException {
    double[] expected = RECORDED.get("dx/" + output).doubles();
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (Precision precision : Precision.values()) {
      try (TensorFlowEngine engine =
          TensorFlowEngine.openDifferentiable(
              TensorFlowGraph.parse(Files.readAllBytes(TinyGraph.fixture("backward.pb")), Map.of()),
              List.of(),
              (variable, offset, target) -> {},
              precision,
              1)) {
        Map<Endpoint, TensorValue> feeds = Map.of(X, RECORDED.get("x"));
        Endpoint y = new Endpoint("y/" + output, 0);
        TensorValue value = engine.run(feeds, List.of(y)).get(0);
        double[] ones = new double[Math.toIntExact(value.shape().count())];
        Arrays.fill(ones, 1);
        TensorValue weight = TensorValue.ofDoubles(DType.FLOAT32, value.shape(), ones);
        try (Gradients found = engine.gradients(feeds, Map.of(y, weight), List.of(X))) {
          assertThat(found.of(X).orElseThrow().copy().doubles())
              .as("%s", precision)
              // recorded in float32
              .containsExactly(expected, within(2e-6 * largest));
        }
      }
    }
  }
}
