package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The top of the page: verdict, one sentence, and the few numbers that carry it. */
final class Headline {
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
            Markup.escape(why()),
            Markup.escape(report.source()),
            Markup.escape(report.directory()),
            report.seed());
  }

  /** What speaks against a match, the first of it; else what is left open. */
  private String why() {
    for (Verdict verdict : List.of(Verdict.FAILED, Verdict.DIFFER)) {
      for (CheckResult check : report.checks()) {
        if (check.verdict() == verdict) {
          return check.name() + ": " + check.reason();
        }
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
        + tile("largest difference, float64", largest(CheckResult::largestError64), "bound 1e-12")
        + tile(
            "largest difference, float32",
            largest(CheckResult::largestError),
            "bound " + Numbers.bound(report.tolerance()))
        + tile("compared", String.format(Locale.ROOT, "%,d", tensors), "tensors, all checks")
        + tile(
            "variables",
            String.format(Locale.ROOT, "%,d used", account.used().size()),
            account.dropped().size() + " dropped, " + account.unknown().size() + " unknown")
        + "</dl>\n";
  }

  private String largest(ToDoubleFunction<CheckResult> error) {
    String text =
        Numbers.text(
            report.checks().stream()
                .mapToDouble(error)
                .filter(e -> !Double.isNaN(e))
                .max()
                .orElse(Double.NaN));
    return text.isEmpty() ? "–" : text;
  }

  private static String tile(String name, String value, String note) {
    String small = note.isEmpty() ? "" : "<small>" + note + "</small>";
    return "<div><dt>" + name + "</dt><dd>" + value + small + "</dd></div>\n";
  }
}
