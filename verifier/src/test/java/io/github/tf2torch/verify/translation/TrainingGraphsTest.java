package io.github.tf2torch.verify.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Graphs that TF1 programs trained, cut at their logits: with dropout by keep_prob and a cond on
 * the training flag, of control flow v1 and v2 (make_metagraphs.py).
 */
class TrainingGraphsTest {
  private static final Path GRAPHS = Path.of("../converter/src/test/resources/metagraph");

  @ParameterizedTest
  @ValueSource(strings = {"momentum", "adam", "rmsprop"})
  void answersAsTheProgramDidAtInference(String name, @TempDir Path folder) throws IOException {
    Path out = folder.resolve("out");
    PortedSignature ported =
        PortedSignature.of(GRAPHS.resolve(name).resolve("model.ckpt.meta"), "graph", out);
    assertThat(ported.report().verdict()).as(ported.report().summary()).isEqualTo(Verdict.MATCH);
    assertThat(ported.modules())
        .contains(
            "bn = nn.BatchNorm2d(4, eps=0.001)",
            "flatten = nn.Flatten()",
            "dropout = nn.Dropout()",
            "fc2 = nn.Linear(5, 3)");
    JsonNode recorded =
        new ObjectMapper().readTree(GRAPHS.resolve("logits.json").toFile()).path(name);
    try (TorchEngine engine = TorchEngine.open(out.resolve("model.torchscript.pt"), 1)) {
      TensorValue answer = engine.run(List.of(channelsFirst(recorded.path("images")))).get(0);
      double[] logits = numbers(recorded.path("logits"));
      assertThat(answer.doubles()).containsExactly(logits, within(1e-5));
    }
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  /** Three images of 6 × 6 pixels and 2 channels. */
  private static TensorValue channelsFirst(JsonNode stored) {
    double[] images = numbers(stored);
    double[] turned = new double[images.length];
    for (int n = 0; n < 3; n++) {
      for (int pixel = 0; pixel < 36; pixel++) {
        for (int c = 0; c < 2; c++) {
          turned[(n * 2 + c) * 36 + pixel] = images[(n * 36 + pixel) * 2 + c];
        }
      }
    }
    return TensorValue.ofDoubles(DType.FLOAT32, Shape.of(3, 2, 6, 6), turned);
  }
}
