package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code report.html}: one page that needs nothing else. */
public final class HtmlReport {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #6a737d;
        --line: #d8dee4; --good: #1a7f37; --bad: #cf222e; --f64: #0969da; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117;
        --soft: #8b949e; --line: #30363d; --good: #3fb950; --bad: #f85149; --f64: #58a6ff; } }
      body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
        max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.6rem; } h1 b.match { color: var(--good); } h1 b { color: var(--bad); }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-size: .875rem; }
      th, td { text-align: left; padding: .25rem .6rem .25rem 0;
        border-bottom: 1px solid var(--line); vertical-align: top; }
      td.n { font-variant-numeric: tabular-nums; white-space: nowrap; }
      td.differ, td.failed { color: var(--bad); font-weight: 600; } td.match { color: var(--good); }
      code { overflow-wrap: anywhere; }
      svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--soft); }
      .grid { stroke: var(--line); } .f32 { fill: var(--ink); } .f64 { fill: var(--f64); }
      .bound { stroke: var(--ink); stroke-dasharray: 4 4; }
      .bound64 { stroke: var(--f64); stroke-dasharray: 4 4; }
      .soft { color: var(--soft); }
      """;

  private HtmlReport() {}

  public static String of(Report report) {
    StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
    page.append("<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.append("<title>").append(report.verdict().text()).append(": tf2torch</title>\n");
    page.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    page.append("<h1><b class=\"").append(report.verdict().text()).append("\">");
    page.append(report.verdict().text()).append("</b>. ").append(report.sentence());
    page.append("</h1>\n<p><code>").append(Markup.escape(report.source()));
    page.append("</code> against <code>").append(Markup.escape(report.directory()));
    page.append("</code>, seed ").append(report.seed()).append(".</p>\n");
    checks(page, report);
    layers(page, report);
    report.checks().forEach(check -> details(page, check));
    pairs(page, "Files", report.files());
    account(page, report.account());
    pairs(page, "Environment", report.environment());
    page.append("<h2>Again</h2>\n<p><code>").append(Markup.escape(report.command()));
    return page.append("</code></p>\n</main>\n</body>\n</html>\n").toString();
  }

  private static void checks(StringBuilder page, Report report) {
    page.append("<div class=\"scroll\"><table><thead><tr><th>check<th>verdict<th>largest error,");
    page.append(" float32<th>float64<th>what was found</tr></thead><tbody>\n");
    for (CheckResult check : report.checks()) {
      page.append("<tr><td>").append(Markup.escape(check.name()));
      verdict(page, check.verdict());
      number(page, check.largestError());
      number(page, check.largestError64());
      page.append("<td>").append(Markup.escape(check.reason())).append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }

  private static void layers(StringBuilder page, Report report) {
    for (CheckResult check : report.checks()) {
      if (check.name().equals("layers") && !check.tensors().isEmpty()) {
        page.append("<h2>Error by layer</h2>\n");
        page.append("<p class=\"soft\">Largest difference relative to TensorFlow's largest value:");
        page.append(" float32 dark, float64 blue; dashed, the bounds.</p>\n");
        page.append(ErrorPlot.of(check.tensors(), report.tolerance()));
      }
    }
  }

  private static void details(StringBuilder page, CheckResult check) {
    if (check.tensors().isEmpty()) {
      return;
    }
    boolean open = check.verdict() != Verdict.MATCH;
    page.append("<details").append(open ? " open" : "").append("><summary>");
    page.append(Markup.escape(check.name())).append(": ").append(check.tensors().size());
    page.append(" tensors</summary>\n<div class=\"scroll\"><table><thead><tr><th>tensor");
    page.append("<th>TensorFlow's<th>verdict<th>float32<th>float64<th>noise<th></tr></thead>");
    page.append("<tbody>\n");
    for (TensorResult tensor : check.tensors()) {
      page.append("<tr><td><code>").append(Markup.escape(tensor.name())).append("</code>");
      page.append("<td><code>").append(Markup.escape(tensor.source())).append("</code>");
      verdict(page, tensor.verdict());
      number(page, tensor.error());
      number(page, tensor.error64());
      number(page, tensor.noise());
      page.append("<td>").append(Markup.escape(tensor.reason())).append("</tr>\n");
    }
    page.append("</tbody></table></div></details>\n");
  }

  private static void verdict(StringBuilder page, Verdict verdict) {
    page.append("<td class=\"").append(verdict.text()).append("\">").append(verdict.text());
  }

  private static void number(StringBuilder page, double value) {
    page.append("<td class=\"n\">");
    page.append(Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2e", value));
  }

  private static void pairs(StringBuilder page, String title, Map<String, String> pairs) {
    page.append("<h2>").append(title).append("</h2>\n<table><tbody>\n");
    pairs.forEach(
        (name, value) ->
            page.append("<tr><td>")
                .append(Markup.escape(name))
                .append("<td>")
                .append(Markup.escape(value))
                .append("</tr>\n"));
    page.append("</tbody></table>\n");
  }

  private static void account(StringBuilder page, List<String> lines) {
    page.append("<h2>Account of variables</h2>\n<ul>\n");
    lines.forEach(l -> page.append("<li>").append(Markup.escape(l)).append("</li>\n"));
    page.append("</ul>\n");
  }
}
