package io.github.tf2torch.verify.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A verification: what was compared, under which settings, and what came of it.
 *
 * @param files each file of the conversion and how far it is proven
 * @param settings what was asked for: inputs, bounds, checks
 * @param environment engines, versions, threads, and what they were set to
 * @param account what became of the source's variables
 * @param command how to have it again
 */
public record Report(
    String source,
    String directory,
    long seed,
    double tolerance,
    Map<String, String> settings,
    Map<String, String> environment,
    Map<String, String> files,
    List<CheckResult> checks,
    VariableAccount account,
    String command) {
  private static final String WEIGHTS = "weights";

  public Report {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    checks = List.copyOf(checks);
  }

  /**
   * A match needs the weights and at least one check that ran both engines, and none that differs
   * or failed.
   */
  public Verdict verdict() {
    if (checks.stream().anyMatch(c -> c.verdict() == Verdict.FAILED)) {
      return Verdict.FAILED;
    }
    if (checks.stream().anyMatch(c -> c.verdict() == Verdict.DIFFER)) {
      return Verdict.DIFFER;
    }
    boolean weights =
        checks.stream().anyMatch(c -> c.name().equals(WEIGHTS) && c.verdict() == Verdict.MATCH);
    boolean engines =
        checks.stream().anyMatch(c -> c.ranBothEngines() && c.verdict() == Verdict.MATCH);
    return weights && engines ? Verdict.MATCH : Verdict.NOT_CHECKED;
  }

  /** The verdict as a sentence. */
  public String sentence() {
    return switch (verdict()) {
      case MATCH -> "TensorFlow and PyTorch agree.";
      case DIFFER -> "TensorFlow and PyTorch differ.";
      case NOT_CHECKED -> "Not enough was checked for a verdict: " + lacking() + ".";
      case FAILED -> "A check failed to run; nothing is proven.";
    };
  }

  /** What a match needs and has not. */
  private String lacking() {
    Optional<CheckResult> weights =
        checks.stream().filter(c -> c.name().equals(WEIGHTS)).findFirst();
    if (weights.isEmpty()) {
      return "weights was left out, without which nothing is known of the files; add it to"
          + " --checks";
    }
    return weights.get().verdict() == Verdict.MATCH
        ? "weights match, and no other check ran both engines"
        : "weights is not checked";
  }

  /** A few lines for a terminal. */
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (CheckResult check : checks) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-11s  %-11s %s%n",
              check.name(),
              check.verdict().text(),
              check.reason()));
    }
    text.append(String.format(Locale.ROOT, "%-11s  %s%n", "verdict", sentence()));
    return text.toString();
  }
}
