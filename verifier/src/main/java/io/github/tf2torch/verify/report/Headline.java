package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The top of the page: verdict, one sentence, and the few numbers that carry it. */
final class Headline {
  private static final double FLOAT64_BOUND = 1e-12;

  /** Begins what a check says of a cause. */
  private static final String CAUSE = "cause: ";

  private final Report report;

  private Headline(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    Headline headline = new Headline(report);
    return headline.banner() + headline.tiles();
  }

  private String banner() {
    String verdict = report.verdict().text();
    return """
        <header class="banner %s">
        <h1><b>%s.</b> %s</h1>
        <p>%s</p>
        <p class="soft"><code>%s</code> against <code>%s</code>, seed %d</p>
        </header>
        """
        .formatted(
            Markup.style(report.verdict()),
            verdict.substring(0, 1).toUpperCase(Locale.ROOT) + verdict.substring(1),
            report.sentence(),
            Markup.escape(Numbers.inText(why())),
            Markup.escape(report.source()),
            Markup.escape(report.directory()),
            report.seed());
  }

  /** What speaks against a match: where the cause is known, else the first; or what is open. */
  private String why() {
    for (Verdict verdict : List.of(Verdict.FAILED, Verdict.DIFFER)) {
      List<CheckResult> against =
          report.checks().stream().filter(c -> c.verdict() == verdict).toList();
      Optional<CheckResult> told =
          against.stream()
              .filter(c -> c.reason().contains(CAUSE))
              .findFirst()
              .or(() -> against.stream().findFirst());
      if (told.isPresent()) {
        return told.get().name() + ": " + told.get().reason();
      }
    }
    String open =
        report.checks().stream()
            .filter(c -> c.verdict() == Verdict.NOT_CHECKED)
            .map(CheckResult::name)
            .collect(Collectors.joining(", "));
    String matched =
        matching() + " of " + Numbers.count(report.checks().size(), "check") + " match";
    return open.isEmpty() ? matched + "." : matched + "; not checked: " + open + ".";
  }

  private long matching() {
    return report.checks().stream().filter(c -> c.verdict() == Verdict.MATCH).count();
  }

  private String tiles() {
    long tensors = report.checks().stream().mapToLong(c -> c.tensors().size()).sum();
    VariableAccount account = report.account();
    return "<dl class=\"tiles\">\n"
        + largest("float64", TensorResult::error64, FLOAT64_BOUND)
        + largest("float32", TensorResult::error, report.tolerance())
        + tile("compared", String.format(Locale.ROOT, "%,d", tensors), "tensors, all checks")
        + tile(
            "variables",
            String.format(Locale.ROOT, "%,d used", account.used().size()),
            account.dropped().size() + " dropped, " + account.unknown().size() + " unknown")
        + "</dl>\n";
  }

  /** Of all that the bound judges; what parts by more and says why is counted. */
  private String largest(String what, ToDoubleFunction<TensorResult> error, double bound) {
    List<TensorResult> measured =
        report.checks().stream()
            .flatMap(c -> c.tensors().stream())
            .filter(t -> !Double.isNaN(error.applyAsDouble(t)))
            .toList();
    Predicate<TensorResult> isExplained =
        t -> t.verdict() != Verdict.DIFFER && error.applyAsDouble(t) > bound;
    OptionalDouble largest =
        measured.stream().filter(isExplained.negate()).mapToDouble(error).max();
    long explained = measured.stream().filter(isExplained).count();
    return tile(
        "largest difference, " + what,
        largest.isPresent() ? Numbers.text(largest.getAsDouble()) : "–",
        "bound "
            + Numbers.bound(bound)
            + (explained == 0 ? "" : "; " + explained + " more, each explained"));
  }

  private static String tile(String name, String value, String note) {
    String small = note.isEmpty() ? "" : "<small>" + note + "</small>";
    return "<div><dt>" + name + "</dt><dd>" + value + small + "</dd></div>\n";
  }
}
