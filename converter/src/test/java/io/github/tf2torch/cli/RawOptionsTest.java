package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RawOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--raw --to pt|--to does not go with --raw",
        "--raw --signature serving_default|--signature does not go with --raw",
        "--raw --class-name Net|--class-name does not go with --raw",
        "--raw --input-layout nhwc|--input-layout does not go with --raw",
        "--raw --graph-outputs y|--graph-outputs does not go with --raw",
        "--select w|--select goes with --raw alone",
        "--raw --select (|--select (: ",
        "--raw --select nowhere|nothing would be written",
      })
  void optionsThatDoNotGoTogetherAreWrongUse(String options, String message) throws Exception {
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(err));
    String source =
        Path.of(RawOptionsTest.class.getResource("/torch/state_dict.pt").toURI()).toString();
    String all = "convert " + source + " -o " + folder.resolve("out") + " " + options;
    assertThat(command.execute(all.split(" "))).isEqualTo(ExitStatus.WRONG_USE);
    assertThat(err.toString()).startsWith("tf2torch: ").contains(message);
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
