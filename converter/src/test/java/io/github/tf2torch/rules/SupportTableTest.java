package io.github.tf2torch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's lists are what the rules say; {@code -Dreadme.update=true} writes them. */
class SupportTableTest {
  private static final Path README = Path.of("..", "README.md");

  @Test
  void readmeListsEveryOpWithARule() throws IOException {
    assertListed("supported", RuleSet.installed().supportedOps());
  }

  @Test
  void readmeListsEveryKerasLayerWithARule() throws IOException {
    assertListed("layers", LayerRuleSet.installed().supportedLayers());
  }

  private static void assertListed(String section, List<String> names) throws IOException {
    String readme = Files.readString(README);
    String opening = "<!-- " + section + ":begin -->\n";
    int begin = readme.indexOf(opening) + opening.length();
    int end = readme.indexOf("<!-- " + section + ":end -->");
    String table = String.join(", ", names) + "\n";
    if (Boolean.getBoolean("readme.update")) {
      Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
      return;
    }
    assertThat(readme.substring(begin, end)).isEqualTo(table);
  }
}
