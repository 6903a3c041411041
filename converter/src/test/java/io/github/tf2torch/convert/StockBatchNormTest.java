package io.github.tf2torch.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StockBatchNormTest {
  private static final String SOURCE = "src/test/resources/contract/net.keras";

  @TempDir Path folder;

  @Test
  void theSubclassIsTheDefault() throws IOException {
    assertThat(modelPy()).contains("BiasedBatchNorm2d(4, ", "class BiasedBatchNorm2d(nn.Batch");
    assertThat(json().path("lossy")).isEmpty();
  }

  @Test
  void theOptionTakesPyTorchsAndSaysHowItDiffers() throws IOException {
    assertThat(modelPy("--stock-batchnorm"))
        .contains("nn.BatchNorm2d(4, ")
        .doesNotContain("Biased");
    assertThat(json().path("lossy").get(0).asText())
        .contains("running_var", "of a sample", "(n - 1) / n");
    assertThat(ConvertOptions.fromJson(json().path("options")).substitutes().batchNorm()).isTrue();
  }

  @Test
  void narrowedTensorsKeepTheStatement() throws IOException {
    modelPy("--stock-batchnorm", "--dtype", "float16");
    assertThat(json().path("lossy").toString()).contains("conv", "--stock-batchnorm");
  }

  private String modelPy(String... more) throws IOException {
    String[] arguments = new String[4 + more.length];
    System.arraycopy(
        new String[] {"convert", SOURCE, "-o", folder.resolve("out").toString()},
        0,
        arguments,
        0,
        4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    assertThat(Main.commandLine().execute(arguments)).isZero();
    return Files.readString(folder.resolve("out/model.py"));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("out/conversion.json").toFile());
  }
}
