package io.github.tf2torch.verify.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tf2torch.cli.Main;
import io.github.tf2torch.problem.BadRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ChecksTest {
  @ParameterizedTest
  @ValueSource(strings = {"verify", "port"})
  void areListedWithoutASource(String name) {
    CommandLine command = Main.commandLine();
    StringWriter out = new StringWriter();
    command.setOut(new PrintWriter(out));
    assertThat(command.execute(name, "--list-checks")).isZero();
    for (Check check : Checks.ALL) {
      assertThat(out.toString()).contains(check.name() + "\n", check.question());
    }
    assertThat(out.toString()).contains("    checkpoint alone         not checked: ");
  }

  @Test
  void oneThatThereIsNotIsRefused() {
    assertThatThrownBy(() -> Checks.require(List.of("weights", "colour")))
        .isInstanceOf(BadRequest.class)
        .hasMessageContaining("--checks colour: no such check; there are weights, outputs, layers");
  }
}
