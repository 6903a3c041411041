package io.github.tf2torch.verify.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.read.keras.KerasFile;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Gradients;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.inputs.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers draw what Keras's do by the same seeds ({@code drawing/make_drawing.py}). */
class DrawingTest {
  private static final Path FOLDER = Path.of("src/test/resources/drawing");

  /** Float32 against float32; a mask of another draw is off by the size of the output. */
  private static final double ROUNDING = 4e-6;

  @ParameterizedTest
  @ValueSource(
      strings = {"maps", "noise", "attention", "shared", "recurrent", "states", "distributed"})
  void theFirstCallInTrainingAnswersWhatKerasAnswered(String name) throws IOException {
    Map<String, TensorValue> keras = NpyFile.readAll(FOLDER.resolve(name + ".npz"));
    try (KerasFile file = KerasFile.open(FOLDER.resolve(name + ".keras"), ReadOptions.defaults())) {
      Reference reference =
          KerasReference.dropping(
              file.model().keras().orElseThrow(),
              file.model().variables(),
              Map.of("x", keras.get("x").shape()),
              false);
      Endpoint x = reference.inputs().get("x");
      Endpoint y = reference.outputs().values().iterator().next().endpoint();
      Map<Endpoint, TensorValue> feeds = Map.of(x, keras.get("x"));
      try (TensorFlowEngine engine =
          TensorFlowEngine.openDifferentiable(
              reference.graph(),
              file.model().variables(),
              file.model().tensors(),
              Precision.FLOAT32,
              1)) {
        same(keras.get("y"), engine.run(feeds, List.of(y)).get(0));
        Map<Endpoint, TensorValue> weights = Map.of(y, Recorded.weights(keras.get("y").shape()));
        try (Gradients gradients = engine.gradients(feeds, weights, List.of(x))) {
          same(keras.get("d"), gradients.of(x).orElseThrow().copy());
        }
      }
    }
  }

  private static void same(TensorValue expected, TensorValue computed) {
    assertThat(Recorded.difference(expected, computed, ROUNDING, 0.25)).isEmpty();
  }
}
