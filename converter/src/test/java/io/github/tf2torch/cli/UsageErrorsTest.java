package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class UsageErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "onnx model|Commands: inspect, convert, ",
        "convrt model|Did you mean: tf2torch convert",
        "convert model --ot pt|Try 'tf2torch convert --help'.",
      })
  void whatIsMeantIsTold(String arguments, String told) {
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(err));
    assertThat(command.execute(arguments.split(" "))).isEqualTo(ExitStatus.WRONG_USE);
    assertThat(err.toString()).startsWith("tf2torch: ").contains(told);
  }
}
