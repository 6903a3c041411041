package io.github.tf2torch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README's list of ops is what the rules say; {@code -Dreadme.update=true} writes it. */
class SupportTableTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String BEGIN = "<!-- supported:begin -->\n";
  private static final String END = "<!-- supported:end -->";

  @Test
  void readmeListsEveryOpWithARule() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    String table = String.join(", ", RuleSet.installed().supportedOps()) + "\n";
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
      return;
    }
    assertThat(readme.substring(begin, end)).isEqualTo(table);
  }
}
