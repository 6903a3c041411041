package io.github.tf2torch.verify.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PortCommandTest {
  @TempDir Path folder;

  /** Else the command, put right, would find its folder not empty. */
  @ParameterizedTest
  @CsvSource({
    "--checks, weigths, no such check",
    "--grad-outputs, twos, expected random or ones",
    "--inputs, nowhere.npy, there is no such file",
  })
  void whatVerifyRefusesIsNotConvertedFirst(String option, String value, String told) {
    Path out = folder.resolve("out");
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(err));
    String source = "../samples/mnist-cnn/saved_model";
    assertThat(command.execute("port", source, "-o", out.toString(), option, value)).isEqualTo(2);
    assertThat(err.toString()).contains(told);
    assertThat(out).doesNotExist();
  }
}
