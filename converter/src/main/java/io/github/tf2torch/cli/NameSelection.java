package io.github.tf2torch.cli;

import io.github.tf2torch.problem.BadRequest;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What {@code --select} takes. */
final class NameSelection {
  private NameSelection() {}

  static Pattern compile(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new BadRequest("--select " + regex + ": " + e.getDescription(), e);
    }
  }
}
