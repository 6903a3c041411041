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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training graphs as modules in training form: what TensorFlow answered at inference, in a step of
 * training, and at inference after it (make_training_forms.py).
 */
class TrainingFormTest {
  private static final Path PROGRAMS = Path.of("src/test/resources/trainingform");
  private static final double ROUNDING = 2e-6;

  private static PortedSignature port(String name, Path out) throws IOException {
    PortedSignature ported =
        PortedSignature.of(PROGRAMS.resolve(name).resolve("model.meta"), "graph", out);
    assertThat(ported.report().verdict()).as(ported.report().summary()).isEqualTo(Verdict.MATCH);
    return ported;
  }

  @ParameterizedTest
  @ValueSource(strings = {"layers", "layers_v2", "slim", "plain", "always", "always_v2"})
  void trainsAndMovesItsAveragesAsTensorflowDid(String name, @TempDir Path folder)
      throws IOException {
    Path out = folder.resolve("out");
    port(name, out);
    JsonNode recorded = recorded(name);
    List<TensorValue> images = List.of(channelsFirst(recorded.path("x")));
    try (TorchEngine engine = TorchEngine.open(out.resolve("model.torchscript.pt"), 1)) {
      assertAnswer(engine, images, recorded.path("before"));
      engine.train();
      assertAnswer(engine, images, recorded.path("trained"));
      engine.eval();
      assertAnswer(engine, images, recorded.path("after"));
    }
  }

  private static void assertAnswer(TorchEngine engine, List<TensorValue> images, JsonNode wanted) {
    assertThat(engine.run(images).get(0).doubles())
        .containsExactly(numbers(wanted), within(ROUNDING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"layers", "layers_v2", "slim", "always"})
  void theKindOfOpSaysWhetherTheVarianceIsThatOfASample(String name, @TempDir Path folder)
      throws IOException {
    List<String> modules = port(name, folder.resolve("out")).modules();
    String first = modules.stream().filter(m -> m.startsWith("norm =")).findFirst().orElseThrow();
    assertThat(first)
        .matches("norm = (Biased|nn\\.)BatchNorm2d\\(3, eps=0.002(, momentum=0.1\\d*)?\\)");
    assertThat(first.contains("Biased")).isFalse();
    assertThat(modules).contains("rows_norm = BiasedBatchNorm1d(4, eps=0.002, momentum=0.25)");
  }

  @Test
  void dropoutThatNothingSwitchesOffHasItsRate(@TempDir Path folder) throws IOException {
    Path out = folder.resolve("out");
    PortedSignature ported = port("drops", out);
    assertThat(ported.modules())
        .contains(
            "dropout = nn.Dropout(0.25)",
            "dropout_1 = nn.Dropout(0.4)",
            "dropout_2 = nn.Dropout(0.3)");
    JsonNode recorded = recorded("drops");
    List<TensorValue> images = List.of(channelsFirst(recorded.path("x")));
    try (TorchEngine engine = TorchEngine.open(out.resolve("model.torchscript.pt"), 1)) {
      assertAnswer(engine, images, recorded.path("before"));
    }
  }

  /** By Switch and Merge as TF 1 wrote tf.cond, and by If. */
  @ParameterizedTest
  @ValueSource(strings = {"cond", "cond_v2"})
  void dropoutInABranchDropsInTrainingAlone(String name, @TempDir Path folder) throws IOException {
    Path out = folder.resolve("out");
    PortedSignature ported = port(name, out);
    assertThat(ported.modules()).contains("dropout = nn.Dropout(0.3)");
    JsonNode recorded = recorded(name);
    List<TensorValue> images = List.of(channelsFirst(recorded.path("x")));
    try (TorchEngine engine = TorchEngine.open(out.resolve("model.torchscript.pt"), 1)) {
      assertAnswer(engine, images, recorded.path("before"));
      engine.train();
      TensorValue first = engine.run(images).get(0);
      assertThat(engine.run(images).get(0)).isNotEqualTo(first);
    }
  }

  private static JsonNode recorded(String name) throws IOException {
    return new ObjectMapper().readTree(PROGRAMS.resolve("values.json").toFile()).path(name);
  }

  private static double[] numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    collect(array, numbers);
    return numbers.stream().mapToDouble(n -> n).toArray();
  }

  private static void collect(JsonNode node, List<Double> into) {
    if (node.isArray()) {
      node.forEach(n -> collect(n, into));
    } else {
      into.add(node.asDouble());
    }
  }

  /** Six images of 5 × 4 pixels and 2 channels. */
  private static TensorValue channelsFirst(JsonNode stored) {
    double[] images = numbers(stored);
    double[] turned = new double[images.length];
    for (int n = 0; n < 6; n++) {
      for (int pixel = 0; pixel < 20; pixel++) {
        for (int c = 0; c < 2; c++) {
          turned[(n * 2 + c) * 20 + pixel] = images[(n * 20 + pixel) * 2 + c];
        }
      }
    }
    return TensorValue.ofDoubles(DType.FLOAT32, Shape.of(6, 2, 5, 4), turned);
  }
}
