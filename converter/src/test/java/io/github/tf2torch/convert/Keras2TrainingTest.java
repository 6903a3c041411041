package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.interop.InteropScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Keras 2 keeps of an optimizer since TensorFlow 2.11, and of a LossScaleOptimizer around one,
 * in each kind of file. tf_keras 2.21 on TensorFlow 2.21 trained ten steps in float64, saved, and
 * trained ten more ({@code interop/check_optimizers.py --record keras2.zip CASE ...}, with the
 * cases of {@code keras2_cases.py}).
 */
class Keras2TrainingTest {
  @TempDir static Path folder;
  private static JsonNode cases;

  @BeforeAll
  static void convertAll() throws Exception {
    JsonNode expected = TrainedSources.read("keras2.zip", folder);
    new ObjectMapper().writeValue(folder.resolve("expected.json").toFile(), expected);
    cases = expected.path("cases");
    Files.createDirectories(folder.resolve("out"));
    for (JsonNode told : cases) {
      ConvertOptions options =
          ConvertOptions.defaults()
              .withTargets(Set.of(Target.STATE_DICT, Target.PYTHON, Target.OPTIMIZER));
      Path path = folder.resolve(told.path("source").asText());
      try (Source source = Source.open(path)) {
        Converter.convert(source, converted(told), options, Progress.silent());
      }
    }
  }

  private static Path converted(JsonNode told) {
    String source = told.path("source").asText();
    return folder.resolve("out").resolve(source.substring(0, source.indexOf('/')));
  }

  private static JsonNode conversion(String name) throws Exception {
    Path json = converted(cases.path(name)).resolve("conversion.json");
    return new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void stepsInPythonArriveWhereKerasDoes() throws Exception {
    InteropScript.run(
        folder, "check_recorded.py", folder.resolve("expected.json"), folder.resolve("out"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keras2.11 Adam | KerasAdam",
        "keras2.11 Adam, in a checkpoint | KerasAdam",
        "keras2.11 Adam, in a SavedModel | KerasAdam",
        "keras2.11 Nadam | KerasNadam",
        "keras2.11 Adafactor | KerasAdafactor",
        "keras2.11 Nesterov, average | KerasSGD"
      })
  void everySlotGoesAlong(String name, String className) throws Exception {
    JsonNode optimizer = conversion(name).path("optimizer");
    assertThat(optimizer.path("class").asText()).isEqualTo(className);
    assertThat(optimizer.path("state").findValuesAsText("parameter"))
        .contains("dense.weight", "dense.bias", "out.weight", "out.bias");
    assertThat(optimizer.path("assumed").toString()).doesNotContain("starts afresh");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 8, and no growth before step 2000
        "keras2 LossScaleOptimizer, in a checkpoint | 8 | 10",
        "keras2.11 LossScaleOptimizer, in a checkpoint | 8 | 10",
        // 8, doubled at steps 4 and 8, and two steps since
        "keras2 LossScaleOptimizer, in a SavedModel | 32 | 2",
        "keras2.11 LossScaleOptimizer, in a SavedModel | 32 | 2"
      })
  void theScaleOfTheLossGoesOnWhereItWas(String name, double scale, int count) throws Exception {
    JsonNode state = conversion(name).path("optimizer").path("grad_scaler").path("state");
    assertThat(state.path("scale").asDouble()).isEqualTo(scale);
    assertThat(state.path("_growth_tracker").asInt()).isEqualTo(count);
  }

  @ParameterizedTest
  @CsvSource({
    "'keras2 LossScaleOptimizer, in a .h5'",
    "'keras2.11 LossScaleOptimizer, in a .keras'"
  })
  void aFileWithoutTheScaleSaysSo(String name) throws Exception {
    JsonNode optimizer = conversion(name).path("optimizer");
    assertThat(optimizer.path("assumed").toString())
        .contains("the loss scale is its first, 8.0; the source does not keep it");
    assertThat(optimizer.path("grad_scaler").path("state").path("scale").asDouble()).isEqualTo(8);
  }

  @Test
  void whatScalesTheLossIsNoTensorOfTheModel() throws Exception {
    JsonNode conversion = conversion("keras2 LossScaleOptimizer, in a checkpoint");
    assertThat(conversion.path("tensors").findValuesAsText("name"))
        .containsExactlyInAnyOrder("dense.weight", "dense.bias", "out.weight", "out.bias");
  }
}
