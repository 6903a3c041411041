package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistCnnTest {
  private static final Path SAMPLE = Path.of("mnist-cnn");

  @TempDir Path folder;

  @Test
  void tensorflowAndPytorchAgreeOnSeededInputsAndOnRealDigits() throws IOException {
    Path out = folder.resolve("out");
    CommandRun port =
        CommandRun.of("port", SAMPLE.resolve("saved_model").toString(), "-o", out.toString());
    assertThat(port.status()).as(port.err()).isZero();
    assertThat(verdict(out)).isEqualTo("match");

    CommandRun digits =
        CommandRun.of(
            "verify",
            SAMPLE.resolve("saved_model").toString(),
            out.toString(),
            "--inputs",
            SAMPLE.resolve("digits.npy").toString());
    assertThat(digits.status()).as(digits.err()).isZero();
    assertThat(verdict(out)).isEqualTo("match");
  }

  @Test
  void condOnTheTrainingFlagIsOneBatchNormWithTheUpdatesMomentum() throws IOException {
    Path out = folder.resolve("out");
    CommandRun convert =
        CommandRun.of("convert", SAMPLE.resolve("saved_model").toString(), "-o", out.toString());
    assertThat(convert.status()).as(convert.err()).isZero();
    assertThat(Files.readString(out.resolve("model.py")))
        .contains("bn1=nn.BatchNorm2d(32)")
        .contains("fc1=nn.Linear(3136, 512)")
        .doesNotContain("permute");
  }

  @Test
  void changedWeightIsFoundAndNamed() throws IOException {
    Path out = folder.resolve("out");
    String source = SAMPLE.resolve("saved_model").toString();
    assertThat(CommandRun.of("convert", source, "-o", out.toString()).status()).isZero();
    Path weights = out.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    int last = bytes.length - 3; // the exponent half of the last float32
    bytes[last] ^= 1;
    Files.write(weights, bytes);
    CommandRun verify = CommandRun.of("verify", source, out.toString());
    assertThat(verify.status()).as(verify.err()).isEqualTo(1);
    assertThat(verdict(out)).isEqualTo("differ");
  }

  private static String verdict(Path out) throws IOException {
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    return report.path("verdict").asText();
  }
}
