package io.github.tf2torch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class ExitStatusTest {
  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of(new OutOfMemoryError("Java heap space"), "too little memory"),
        Arguments.of(new NoClassDefFoundError("a jar that was replaced"), "please report it"),
        Arguments.of(new StackOverflowError(), "please report it"));
  }

  /** Java itself would end with 1: verified, not matching. */
  @ParameterizedTest
  @MethodSource("errors")
  void whatJavaFailsAtIsNoVerdict(Error error, String told) {
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setErr(new PrintWriter(err));
    command.addSubcommand("broken", CommandSpec.wrapWithoutInspection(new Broken(error)));
    assertThat(Main.execute(command, "broken")).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString()).startsWith("tf2torch: ").contains(told);
  }

  private record Broken(Error error) implements Callable<Integer> {
    @Override
    public Integer call() {
      throw error;
    }
  }
}
