package io.github.tf2torch.verify.opening;

import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.verify.engine.EngineFailure;
import java.util.List;
import java.util.regex.Pattern;

/** What is said of a user's own model that gives nothing. */
final class NotRunning {
  private static final Pattern ERROR = Pattern.compile("^(?:[\\w.]*Error|[\\w.]*Exception): ");

  /** How the engine's message begins where it is not the inputs that are at fault. */
  private static final String NOT_LOADED = "PyTorch does not load";

  private NotRunning() {}

  static BadRequest of(String model, List<String> failures) {
    String all = String.join("; channels first: ", failures);
    return failures.stream().allMatch(f -> f.startsWith(NOT_LOADED))
        ? new BadRequest(all)
        : new BadRequest(
            model
                + ": does not run on the inputs ("
                + all
                + "); give others with --inputs, or --torch-input-layout");
  }

  /** Of a message that quotes code, too, the line that says what is wrong with it. */
  static String said(EngineFailure failure) {
    List<String> lines =
        String.valueOf(failure.getMessage())
            .lines()
            .map(String::strip)
            .filter(l -> !l.isEmpty())
            .toList();
    return lines.stream()
        .filter(l -> ERROR.matcher(l).find())
        .reduce((former, last) -> last)
        .orElse(String.join(" ", lines.subList(0, Math.min(2, lines.size()))) + newer(lines));
  }

  private static String newer(List<String> lines) {
    return lines.stream().anyMatch(l -> l.startsWith("Unknown builtin op"))
        ? " It was scripted by a newer PyTorch than runs here: torch.jit.trace it, or run it in"
            + " your own by --python-module"
        : "";
  }
}
