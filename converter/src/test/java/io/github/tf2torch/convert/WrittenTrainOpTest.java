package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
 * What programs wrote around TF1's optimizers, or in their place, is read from the ops of the train
 * op: BERT's AdamWeightDecayOptimizer, and the decay of extend_with_decoupled_weight_decay.
 * TensorFlow 2.21 trained ten steps in float64, saved, and trained ten more ({@code
 * interop/check_optimizers.py --record written.zip CASE ...}).
 */
class WrittenTrainOpTest {
  @TempDir static Path folder;
  private static JsonNode cases;

  @BeforeAll
  static void convertAll() throws Exception {
    JsonNode expected = TrainedSources.read("written.zip", folder);
    new ObjectMapper().writeValue(folder.resolve("expected.json").toFile(), expected);
    cases = expected.path("cases");
    Files.createDirectories(folder.resolve("out"));
    for (JsonNode told : cases) {
      convert(told, converted(told), ConvertOptions.defaults());
    }
  }

  private static void convert(JsonNode told, Path out, ConvertOptions options) throws Exception {
    try (Source source = Source.open(folder.resolve(told.path("source").asText()))) {
      Set<Target> targets = Set.of(Target.STATE_DICT, Target.PYTHON, Target.OPTIMIZER);
      Converter.convert(source, out, options.withTargets(targets), Progress.silent());
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

  @Test
  void bertsTrainOpSaysItsOwnNumbers() throws Exception {
    JsonNode optimizer = optimizer("BERT training graph");
    assertThat(optimizer.path("class").asText()).isEqualTo("BertAdam");
    JsonNode arguments = optimizer.path("arguments");
    assertThat(arguments.path("beta2").asDouble()).isEqualTo(0.95);
    assertThat(arguments.path("epsilon").asDouble()).isEqualTo(1e-5);
    assertThat(optimizer.path("step").path("options").path("global_clipnorm").asDouble())
        .isEqualTo(0.1);
    assertThat(optimizer.path("scheduler").path("class").asText()).isEqualTo("LambdaLR");
    // One bias decays and one does not, as no convention has it: the steps above tell.
    assertThat(optimizer.path("parameters").asText()).isEqualTo("parameter_groups(model)");
    assertThat(optimizer.path("assumed").toString())
        .doesNotContain("as BERT's create_optimizer has it");
  }

  @Test
  void decayInAnotherFormIsSaidAndLeftOut() throws Exception {
    Path graph = Path.of("../verifier/src/test/resources/causes/decoupled/model.ckpt.meta");
    Path out = folder.resolve("decoupled");
    try (Source source = Source.open(graph)) {
      Converter.convert(source, out, ConvertOptions.defaults(), Progress.silent());
    }
    JsonNode optimizer =
        new ObjectMapper().readTree(out.resolve("conversion.json").toFile()).path("optimizer");
    assertThat(optimizer.path("class").asText()).isEqualTo("SGD");
    assertThat(optimizer.path("assumed").toString())
        .contains("(subtracted as more than one number times the variable), which is left out");
  }

  @ParameterizedTest
  @CsvSource({
    "tf1 AdamW, TensorFlowAdamDecoupledDecay",
    "tf1 MomentumW, SGDDecoupledDecay",
    "tf1 RMSPropW, TensorFlowRMSpropDecoupledDecay"
  })
  void aDecayBesideTheRateIsPartOfTheStep(String name, String className) throws Exception {
    assertThat(optimizer(name).path("class").asText()).isEqualTo(className);
    assertThat(optimizer(name).path("arguments").path("weight_decay").asDouble()).isEqualTo(0.02);
    assertThat(optimizer(name).path("parameters").asText()).isEqualTo("parameter_groups(model)");
  }

  @Test
  void noStockOptimizerDecaysSo() {
    ConvertOptions stock = ConvertOptions.defaults().withStockOptimizer(true);
    assertThatThrownBy(() -> convert(cases.path("tf1 AdamW"), folder.resolve("stock"), stock))
        .hasMessageContaining("its weights decay whatever the learning rate");
  }
}
