package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DiffCommandTest {
  @TempDir Path folder;

  private record Run(int status, String out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return new Run(command.execute(arguments), out.toString(), err.toString());
  }

  private static String resource(String name) throws Exception {
    return Path.of(DiffCommandTest.class.getResource("/" + name).toURI()).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "torch/state_dict.pt|torch/legacy.pth||0|same: 9 tensors, every element equal",
        "torch/dtypes.pt|torch/dtypes.safetensors||1|different: 2 only in A, 19 the same",
        "torch/dtypes.pt|torch/dtypes.safetensors|--select=float|0|same: 9 tensors",
        "diff/a.pt|diff/b.pt|--select=^float32$|1|different: 1 with other values",
        "diff/a.pt|diff/b.pt|--select=^float32$ --ulps=5|0|same: 1 tensors, every element at most 5 ULPs apart; 1 of them not equal",
      })
  void theStatusIsTheVerdict(String a, String b, String options, int status, String verdict)
      throws Exception {
    String[] more = options == null ? new String[0] : options.split(" ");
    String[] arguments = new String[3 + more.length];
    arguments[0] = "diff";
    arguments[1] = resource(a);
    arguments[2] = resource(b);
    System.arraycopy(more, 0, arguments, 3, more.length);
    Run run = run(arguments);
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).contains(verdict);
  }

  @ParameterizedTest
  @CsvSource({"--select=(", "--ulps=-1", "--atol=-1", "--atol=NaN", "--select=nowhere"})
  void aWrongOptionIsWrongUse(String option) throws Exception {
    Run run = run("diff", resource("diff/a.pt"), resource("diff/b.pt"), option);
    assertThat(run.status()).isEqualTo(ExitStatus.WRONG_USE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tf2torch: --").hasLineCount(1);
  }

  @Test
  void aFileThatIsNotThereOrNotReadIsABadSource() throws Exception {
    String good = resource("diff/a.pt");
    Path page = Files.writeString(folder.resolve("b.pt"), "<html>");
    for (String bad : new String[] {folder + "/none.pt", page.toString(), folder.toString()}) {
      Run run = run("diff", good, bad);
      assertThat(run.status()).as(bad).isEqualTo(ExitStatus.BAD_SOURCE);
      assertThat(run.err()).contains("tf2torch: " + bad);
    }
  }

  @Test
  void aSourceAndItsPortAreComparedThroughTheRecipes() throws Exception {
    String source = resource("savedmodel/keras_export");
    Path port = folder.resolve("port");
    assertThat(run("convert", source, "-o", port.toString()).status()).isZero();
    Run same = run("diff", source, port.toString());
    assertThat(same.status()).as(same.out() + same.err()).isZero();
    assertThat(same.out()).contains("SavedModel through the recipes of").contains("same: ");
    Path weights = port.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    Run changed = run("diff", port.toString(), source);
    assertThat(changed.status()).isEqualTo(ExitStatus.DIFFER);
    assertThat(changed.out()).contains("different: 1 with other values");
  }

  @Test
  void jsonListsEveryTensor() throws Exception {
    Run run = run("diff", resource("diff/a.pt"), resource("diff/b.pt"), "--json");
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("verdict").asText()).isEqualTo("different");
    assertThat(json.get("counts").get("dtype").asInt()).isEqualTo(1);
    assertThat(json.get("tensors")).hasSize(17);
    JsonNode first = json.get("tensors").get(0);
    assertThat(first.get("name").asText()).isEqualTo("float32");
    assertThat(first.get("a").get("shape")).hasSize(2);
    assertThat(first.get("largest_ulps").get("value").asDouble()).isEqualTo(5);
  }
}
