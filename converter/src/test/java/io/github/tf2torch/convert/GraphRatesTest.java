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
 * Learning rates that a TF 1 graph computes from global_step become a function of the step.
 * TensorFlow 2.21 trained ten steps in float64, saved, and trained ten more ({@code
 * interop/check_optimizers.py --record rates.zip CASE ...}).
 */
class GraphRatesTest {
  @TempDir static Path folder;
  private static JsonNode cases;

  @BeforeAll
  static void convertAll() throws Exception {
    JsonNode expected = TrainedSources.read("rates.zip", folder);
    new ObjectMapper().writeValue(folder.resolve("expected.json").toFile(), expected);
    cases = expected.path("cases");
    Files.createDirectories(folder.resolve("out"));
    for (JsonNode told : cases) {
      ConvertOptions options =
          ConvertOptions.defaults()
              .withTargets(Set.of(Target.STATE_DICT, Target.PYTHON, Target.OPTIMIZER));
      try (Source source = Source.open(folder.resolve(told.path("source").asText()))) {
        Converter.convert(source, converted(told), options, Progress.silent());
      }
    }
  }

  private static Path converted(JsonNode told) {
    String source = told.path("source").asText();
    return folder.resolve("out").resolve(source.substring(0, source.indexOf('/')));
  }

  private static JsonNode optimizer(String name) throws Exception {
    Path json = converted(cases.path(name)).resolve("conversion.json");
    return new ObjectMapper().readTree(json.toFile()).path("optimizer");
  }

  @Test
  void stepsInPythonArriveWhereTensorFlowDoes() throws Exception {
    InteropScript.run(
        folder, "check_recorded.py", folder.resolve("expected.json"), folder.resolve("out"));
  }

  /** The rates at step 10, by TensorFlow. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tf1 piecewise_constant | 0.1",
        "tf1 piecewise_constant, Switch | 0.1",
        "tf1 polynomial_decay, cycle | 0.025",
        "tf1 cosine_decay_restarts | 0.0231802",
        "tf1 cosine_decay_restarts, Switch | 0.0231802",
        "BERT warm-up and decay | 0.0714286"
      })
  void theRateGoesOnAsTheGraphComputesIt(String name, float rate) throws Exception {
    JsonNode optimizer = optimizer(name);
    assertThat(optimizer.path("scheduler").path("class").asText()).isEqualTo("LambdaLR");
    assertThat((float) optimizer.path("arguments").path("lr").asDouble())
        .isEqualTo(rate, org.assertj.core.api.Assertions.offset(1e-6f));
    assertThat(optimizer.path("assumed").toString())
        .contains("the learning rate is that of step 10")
        .doesNotContain("set lr each step");
  }

  @Test
  void eachLineRoundsAsTensorFlowDoes() throws Exception {
    assertThat(
            Files.readString(converted(cases.path("BERT warm-up and decay")).resolve("model.py")))
        .contains("def learning_rate(step):", "x2 = x1 < 14", "x7 = _float32(x6 / 20)");
  }

  @Test
  void aRateThatAVariableChangesStaysWhatItWas() throws Exception {
    JsonNode optimizer = optimizer("tf1 scaled by a variable");
    assertThat(optimizer.has("scheduler")).isFalse();
    assertThat(optimizer.path("assumed").toString())
        .contains("the learning rate is what it was last; the source computes it");
  }
}
