package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.List;

/** Lines of a rule file that settle what is open, for people to choose from. */
final class Suggestions {
  private Suggestions() {}

  static List<String> of(Ledger ledger) {
    List<String> lines = new ArrayList<>();
    for (Variable variable : ledger.openVariables()) {
      lines.add("- source: '" + pattern(variable.name()) + "'");
      lines.add("  target: ''");
    }
    for (Variable target : ledger.openTargets()) {
      lines.add("- keep: '" + pattern(target.name()) + "'");
    }
    return lines;
  }

  /** A regular expression in YAML's single quotes that matches the name and no other. */
  static String pattern(String name) {
    return name.replaceAll("([\\\\.\\[\\](){}*+?^$|])", "\\\\$1").replace("'", "''");
  }
}
