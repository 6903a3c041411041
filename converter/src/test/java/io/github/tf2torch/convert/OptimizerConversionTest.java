package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.read.keras.KerasFixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerConversionTest {
  @TempDir Path folder;

  private JsonNode convert(String fixture) throws Exception {
    return convert(fixture, ConvertOptions.defaults());
  }

  private JsonNode convert(String fixture, ConvertOptions options) throws Exception {
    Path file = KerasFixtures.unpack(fixture, folder);
    try (Source source = Source.open(file)) {
      Converter.convert(source, folder.resolve("out"), options, Progress.silent());
    }
    return new ObjectMapper().readTree(folder.resolve("out/conversion.json").toFile());
  }

  @Test
  void conversionJsonSaysHowToBuildTheOptimizer() throws Exception {
    JsonNode optimizer = convert("optimizer_adam.keras").path("optimizer");
    assertThat(optimizer.path("module").asText()).isEqualTo("model");
    assertThat(optimizer.path("class").asText()).isEqualTo("KerasAdam");
    assertThat(optimizer.path("arguments").has("lr")).isTrue();
  }

  @Test
  void aVariableThatWasNotTrainedIsInNoGroup() throws Exception {
    JsonNode optimizer = convert("optimizer_adam.keras").path("optimizer");
    assertThat(optimizer.path("parameters").asText()).isEqualTo("parameter_groups(model)");
    assertThat(optimizer.path("assumed").toString()).contains("frozen.weight is left out");
    assertThat(Files.readString(folder.resolve("out/model.py")))
        .contains("def parameter_groups(model");
  }

  @Test
  void slotsThatAreTakenAlongAreNotAmongTheDropped() throws Exception {
    JsonNode json = convert("optimizer_sgd_momentum.h5");
    assertThat(json.path("files").toString()).contains("optimizer.pt", "model.py");
    assertThat(json.path("dropped").toString()).doesNotContain("optimizer slot");
  }

  @Test
  void modelPyHasTheOptimizerThatPyTorchHasNot() throws Exception {
    convert("optimizer_rmsprop_centered.keras");
    String python = Files.readString(folder.resolve("out/model.py"));
    assertThat(python)
        .contains("class KerasRMSprop(torch.optim.Optimizer):")
        .contains("rms.add_((g * g - rms) * (1 - rho))")
        .contains("def load_optimizer(optimizer, model, path=OPTIMIZER, strict=True");
  }

  @Test
  void aPlainGradientDescentIsPyTorchsOwn() throws Exception {
    JsonNode optimizer = convert("optimizer_sgd.keras").path("optimizer");
    assertThat(optimizer.path("module").asText()).isEqualTo("torch.optim");
    assertThat(optimizer.path("class").asText()).isEqualTo("SGD");
    assertThat(Files.readString(folder.resolve("out/model.py"))).doesNotContain("Optimizer)");
  }

  @Test
  void theFileReadsBackAsTensors() throws Exception {
    convert("optimizer_adam.keras");
    try (TensorFile file = TensorFiles.open(folder.resolve("out/optimizer.pt"))) {
      assertThat(file.variables()).isNotEmpty();
    }
  }

  @Test
  void slotsOfAnOptimizerWithoutARuleAreAllCarriedByParameter() throws Exception {
    JsonNode json = convert("optimizer_muon.keras");
    JsonNode optimizer = json.path("optimizer");
    assertThat(optimizer.path("module").isNull()).isTrue();
    assertThat(optimizer.path("reason").asText()).isEqualTo("there is no rule for Muon");
    assertThat(optimizer.path("state").findValuesAsText("key")).contains("momentum");
    assertThat(json.path("dropped").toString()).doesNotContain("optimizer slot");
    assertThat(Files.readString(folder.resolve("out/model.py"))).doesNotContain("Optimizer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"float16", "bfloat16"})
  void momentsKeepTheirTypeWhereParametersAreNarrowed(String dtype) throws Exception {
    Packaging plain = Packaging.defaults();
    Packaging narrow =
        new Packaging(Packaging.parseDtype(dtype), plain.mostShardBytes(), plain.sha256());
    JsonNode json =
        convert("optimizer_adam.keras", ConvertOptions.defaults().withPackaging(narrow));
    assertThat(json.path("tensors").findValuesAsText("dtype")).contains(dtype);
    assertThat(json.path("optimizer").path("state").findValuesAsText("dtype"))
        .isNotEmpty()
        .containsOnly("float32");
    assertThat(Files.readString(folder.resolve("out/model.py")))
        .contains("if parameter.element_size() < 4:");
  }

  private JsonNode stock(String fixture) throws Exception {
    return convert(fixture, ConvertOptions.defaults().withStockOptimizer(true)).path("optimizer");
  }

  @ParameterizedTest
  @CsvSource({
    "optimizer_adam.keras, Adam, exp_avg, sqrt(v / (1 - beta2^t)) + eps",
    "optimizer_rmsprop_centered.keras, RMSprop, grad_avg, sqrt(v + epsilon)"
  })
  void theNearestStockOptimizerSaysWhichFormulaDiffers(
      String fixture, String name, String key, String formula) throws Exception {
    JsonNode optimizer = stock(fixture);
    assertThat(optimizer.path("module").asText()).isEqualTo("torch.optim");
    assertThat(optimizer.path("class").asText()).isEqualTo(name);
    assertThat(optimizer.path("state").findValuesAsText("key")).contains(key, "step");
    assertThat(optimizer.path("lossy").toString()).contains(formula, "factor of");
    assertThat(Files.readString(folder.resolve("out/model.py")))
        .doesNotContain("(torch.optim.Optimizer)");
  }

  @Test
  void anExactStockOptimizerHasNothingLossy() throws Exception {
    assertThat(stock("optimizer_sgd.keras").has("lossy")).isFalse();
  }

  @Test
  void anOptimizerThatPyTorchHasNothingLikeIsRefusedWithoutFiles() {
    assertThatThrownBy(() -> stock("optimizer_muon.keras"))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--stock-optimizer");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
