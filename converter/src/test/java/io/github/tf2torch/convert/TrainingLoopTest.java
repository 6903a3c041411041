package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.interop.InteropScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What TensorFlow does around an optimizer's step goes along: clipping, gathering, averages, the
 * scale of the loss, schedules. Keras 3.15 and TensorFlow 2.21 trained ten steps in float64, saved,
 * and trained ten more ({@code interop/check_optimizers.py --record options.zip CASE ...}).
 */
class TrainingLoopTest {
  @TempDir static Path folder;
  private static JsonNode cases;

  @BeforeAll
  static void convertAll() throws Exception {
    JsonNode expected = TrainedSources.read("options.zip", folder);
    new ObjectMapper().writeValue(folder.resolve("expected.json").toFile(), expected);
    cases = expected.path("cases");
    for (JsonNode told : cases) {
      String path = told.path("source").asText();
      convert(folder.resolve(path), converted(path));
    }
  }

  private static Path converted(String source) {
    return folder.resolve("out").resolve(source.substring(0, source.indexOf('/')));
  }

  private static void convert(Path path, Path out) throws IOException {
    Files.createDirectories(out.getParent());
    ConvertOptions options =
        ConvertOptions.defaults()
            .withTargets(Set.of(Target.STATE_DICT, Target.PYTHON, Target.OPTIMIZER));
    try (Source source = Source.open(path)) {
      Converter.convert(source, out, options, Progress.silent());
    }
  }

  private static JsonNode optimizer(String name) throws IOException {
    Path out = converted(cases.path(name).path("source").asText());
    return new ObjectMapper().readTree(out.resolve("conversion.json").toFile()).path("optimizer");
  }

  private static String python(String name) throws IOException {
    return Files.readString(
        converted(cases.path(name).path("source").asText()).resolve("model.py"));
  }

  @Test
  void stepsInPythonArriveWhereTensorFlowDoes() throws Exception {
    InteropScript.run(
        folder, "check_recorded.py", folder.resolve("expected.json"), folder.resolve("out"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keras3 global_clipnorm | global_clipnorm | 0.1",
        "tf1 Adam, global norm | global_clipnorm | 0.05",
        "tf1 Adam, norm | clipnorm | 0.05",
        "tf1 Adam, clip_by_value | clipvalue | 0.02",
        "keras3 Adam, accumulation | gradient_accumulation_steps | 4",
        "keras3 Adam, loss_scale_factor | loss_scale_factor | 64.0",
        "keras3 Adam, average | ema_overwrite_frequency | 3"
      })
  void whatIsAroundTheStepIsAFunctionAndItsNumbers(String name, String key, String number)
      throws Exception {
    assertThat(optimizer(name).path("step").path("options").path(key).asText()).isEqualTo(number);
    assertThat(python(name)).contains("def apply_gradients(optimizer):");
  }

  @Test
  void clippingOfEachGradientIsPartOfTheRule() throws Exception {
    assertThat(optimizer("keras3 clipvalue").has("step")).isFalse();
    assertThat(python("keras3 clipvalue")).contains("g = torch.clamp(g, -clipvalue, clipvalue)");
  }

  @Test
  void stepsAreCountedAndNotBatches() throws Exception {
    assertThat(python("keras3 Adam, accumulation")).contains("% 4 == 0");
    JsonNode state = optimizer("keras3 Adam, accumulation").path("state");
    assertThat(state.findValuesAsText("key")).contains("gradient_accumulator");
  }

  @Test
  void theScaleOfTheLossGoesOnWhereItWas() throws Exception {
    JsonNode scaler = optimizer("keras3 LossScaleOptimizer").path("grad_scaler");
    // 8, doubled at steps 4 and 8, and two steps since
    assertThat(scaler.path("state").path("scale").asDouble()).isEqualTo(32);
    assertThat(scaler.path("state").path("_growth_tracker").asInt()).isEqualTo(2);
    assertThat(scaler.path("state").path("growth_interval").asInt()).isEqualTo(4);
  }

  @Test
  void aFrozenLayerIsInNoGroup() throws Exception {
    assertThat(optimizer("keras3 Adam, frozen layer").path("assumed").toString())
        .contains("dense.weight is left out", "dense.bias is left out");
  }

  @Test
  void layersWithRatesOfTheirOwnAreGroups() throws Exception {
    assertThat(optimizer("tf1 Momentum, two rates").path("parameters").asText())
        .isEqualTo("parameter_groups(model)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ExponentialDecay | ExponentialLR",
        "ExponentialDecay, staircase | StepLR",
        "PiecewiseConstantDecay | LambdaLR",
        "PiecewiseConstantDecay, one factor | MultiStepLR",
        "PolynomialDecay | LambdaLR",
        "PolynomialDecay, to 0 | PolynomialLR",
        "PolynomialDecay, linear | LinearLR",
        "PolynomialDecay, cycle | LambdaLR",
        "InverseTimeDecay | LambdaLR",
        "CosineDecay, warm-up | LambdaLR",
        "CosineDecayRestarts | CosineAnnealingWarmRestarts",
        "CosineDecayRestarts, lower | LambdaLR",
        "CosineDecayRestarts, even | CosineAnnealingWarmRestarts"
      })
  void aScheduleIsPyTorchsOwnWhereThatIsExact(String name, String className) throws Exception {
    JsonNode scheduler = optimizer("keras3 " + name).path("scheduler");
    assertThat(scheduler.path("class").asText()).isEqualTo(className);
    assertThat(scheduler.path("state").path("last_epoch").asInt()).isEqualTo(10);
    assertThat(python("keras3 " + name)).contains("def lr_scheduler(optimizer):");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exponential_decay | ExponentialDecay",
        "natural_exp_decay | ExponentialDecay",
        "inverse_time_decay | InverseTimeDecay",
        "polynomial_decay | PolynomialDecay",
        "cosine_decay | CosineDecay"
      })
  void theDecaysOfATrainingGraphAreRead(String function, String kind) throws Exception {
    assertThat(optimizer("tf1 " + function).path("scheduler").path("kind").asText())
        .isEqualTo(kind);
  }
}
