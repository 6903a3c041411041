package io.github.tf2torch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MnistCnnTest {
  private static final Path SAMPLE = Path.of("mnist-cnn");

  @TempDir Path folder;

  @Test
  void tensorflowAndPytorchAgreeOnSeededInputsAndOnRealDigits() throws IOException {
    Path out = folder.resolve("out");
    Run port = Run.of("port", SAMPLE.resolve("saved_model").toString(), "-o", out.toString());
    assertThat(port.status()).as(port.err()).isZero();
    assertThat(verdict(out)).isEqualTo("match");

    Run digits =
        Run.of(
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
    Run convert = Run.of("convert", SAMPLE.resolve("saved_model").toString(), "-o", out.toString());
    assertThat(convert.status()).as(convert.err()).isZero();
    assertThat(Files.readString(out.resolve("model.py")))
        .contains("self.bn1 = nn.BatchNorm2d(32)")
        .contains("self.fc1 = nn.Linear(3136, 512)")
        .doesNotContain("permute");
  }

  @Test
  void changedWeightIsFoundAndNamed() throws IOException {
    Path out = folder.resolve("out");
    String source = SAMPLE.resolve("saved_model").toString();
    assertThat(Run.of("convert", source, "-o", out.toString()).status()).isZero();
    Path weights = out.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    int last = bytes.length - 3; // the exponent half of the last float32
    bytes[last] ^= 1;
    Files.write(weights, bytes);
    Run verify = Run.of("verify", source, out.toString());
    assertThat(verify.status()).as(verify.err()).isEqualTo(1);
    assertThat(verdict(out)).isEqualTo("differ");
  }

  private static String verdict(Path out) throws IOException {
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    return report.path("verdict").asText();
  }

  /** One run of the command line, in this process. */
  private record Run(int status, String out, String err) {
    static Run of(String... arguments) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      CommandLine command = Main.commandLine();
      command.setOut(new PrintWriter(out));
      command.setErr(new PrintWriter(err));
      List<String> all = new ArrayList<>(List.of(arguments));
      int status = command.execute(all.toArray(String[]::new));
      return new Run(status, out.toString(), err.toString());
    }
  }
}
