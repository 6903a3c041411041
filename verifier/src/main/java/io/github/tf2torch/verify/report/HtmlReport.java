package io.github.tf2torch.verify.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code report.html}: one page that needs nothing else. */
public final class HtmlReport {
  /** Lines of the account that are shown before the rest is folded away. */
  private static final int LINES_SHOWN = 4;

  private final Report report;
  private final StringBuilder page = new StringBuilder();

  private HtmlReport(Report report) {
    this.report = report;
  }

  public static String of(Report report) {
    HtmlReport html = new HtmlReport(report);
    html.write();
    return html.page.toString();
  }

  private void write() {
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.append("<title>").append(report.verdict().text()).append(": tf2torch</title>\n");
    page.append("<style>\n").append(Stylesheet.CSS).append("</style>\n</head>\n<body>\n");
    verdict();
    page.append("<main>\n");
    checks();
    report.checks().stream()
        .filter(c -> c.name().equals("layers") && !c.tensors().isEmpty())
        .forEach(this::plot);
    page.append("<h2>Tensor by tensor</h2>\n");
    report.checks().forEach(this::tensors);
    pairs("Files", report.files());
    account();
    pairs("Environment", report.environment());
    page.append("<h2>To have it again</h2>\n<p><code>").append(Markup.escape(report.command()));
    page.append("</code></p>\n</main>\n</body>\n</html>\n");
  }

  private void verdict() {
    String verdict = report.verdict().text();
    page.append("<header class=\"").append(style(report.verdict())).append("\">\n<h1><b>");
    page.append(verdict.substring(0, 1).toUpperCase(Locale.ROOT)).append(verdict.substring(1));
    page.append(".</b> ").append(report.sentence()).append("</h1>\n");
    page.append("<p class=\"soft\"><code>").append(Markup.escape(report.source()));
    page.append("</code> against <code>").append(Markup.escape(report.directory()));
    page.append("</code>, seed ").append(report.seed()).append("</p>\n</header>\n");
  }

  private void checks() {
    page.append("<h2>Checks</h2>\n<table class=\"checks\"><thead><tr><th>check</th>");
    page.append("<th>verdict</th><th class=\"n\">float32</th><th class=\"n\">float64</th>");
    page.append("<th>what was found</th></tr></thead>\n<tbody>\n");
    for (CheckResult check : report.checks()) {
      page.append("<tr>");
      cell("", Markup.escape(check.name()));
      verdict(check.verdict());
      number("float32", check.largestError());
      number("float64", check.largestError64());
      cell("", Markup.escape(check.reason()));
      page.append("</tr>\n");
    }
    page.append("</tbody></table>\n");
  }

  private void plot(CheckResult layers) {
    page.append("<h2>Error by layer</h2>\n");
    page.append("<p class=\"soft\">The largest difference of each of ");
    page.append(tensors(layers.tensors().size())).append(", in the order of computation, relative");
    page.append(
        " to TensorFlow's largest value. <span class=\"key key32\"></span> float32, bound ");
    page.append(text(report.tolerance())).append(" <span class=\"key key64\"></span> float64,");
    page.append(" bound 1e-12");
    if (layers.verdict() == Verdict.DIFFER) {
      page.append(" <span class=\"key wrongkey\"></span> differs");
    }
    page.append("</p>\n").append(ErrorPlot.of(layers.tensors(), report.tolerance()));
  }

  /** What does not match is in sight; all of it is there to unfold. */
  private void tensors(CheckResult check) {
    if (check.tensors().isEmpty()) {
      return;
    }
    List<TensorResult> others =
        check.tensors().stream().filter(t -> t.verdict() != Verdict.MATCH).toList();
    String name = Markup.escape(check.name());
    if (!others.isEmpty()) {
      page.append("<details open><summary>").append(name).append(": ").append(others.size());
      page.append(" of ").append(tensors(check.tensors().size())).append(" not matching</summary>");
      table(others);
      page.append("</details>\n");
    }
    if (others.size() == check.tensors().size()) {
      return;
    }
    page.append("<details><summary>").append(name).append(": ");
    page.append(others.isEmpty() ? "" : "all ").append(tensors(check.tensors().size()));
    page.append("</summary>\n");
    table(check.tensors());
    page.append("</details>\n");
  }

  private static String tensors(int count) {
    return count == 1 ? "1 tensor" : count + " tensors";
  }

  private void table(List<TensorResult> tensors) {
    page.append("<table class=\"tensors\"><thead><tr><th>tensor</th><th>TensorFlow's</th>");
    page.append("<th>verdict</th><th class=\"n\">float32</th><th class=\"n\">float64</th>");
    page.append("<th class=\"n\" title=\"PyTorch's rounding error in units of TensorFlow's; at");
    page.append(" most 4\">noise</th><th></th></tr></thead>\n<tbody>\n");
    for (TensorResult tensor : tensors) {
      page.append("<tr>");
      code(tensor.name());
      code(tensor.source());
      verdict(tensor.verdict());
      number("float32", tensor.error());
      number("float64", tensor.error64());
      named("noise", Double.isNaN(tensor.noise()) ? "" : noise(tensor.noise()));
      cell("", Markup.escape(tensor.reason()));
      page.append("</tr>\n");
    }
    page.append("</tbody></table>\n");
  }

  private void pairs(String title, Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return;
    }
    page.append("<h2>").append(title).append("</h2>\n<table class=\"pairs\"><tbody>\n");
    pairs.forEach(
        (name, value) -> {
          page.append("<tr>");
          cell("", Markup.escape(name));
          cell("", Markup.escape(value));
          page.append("</tr>\n");
        });
    page.append("</tbody></table>\n");
  }

  private void account() {
    List<String> lines = report.account();
    page.append("<h2>Account of variables</h2>\n");
    if (lines.isEmpty()) {
      page.append("<p>Every variable is used; nothing is dropped, assumed or unknown.</p>\n");
      return;
    }
    // one more than is shown is not worth folding
    int shown = lines.size() <= LINES_SHOWN + 1 ? lines.size() : LINES_SHOWN;
    list(lines.subList(0, shown));
    if (shown < lines.size()) {
      page.append("<details><summary>").append(lines.size() - shown);
      page.append(" more lines</summary>\n");
      list(lines.subList(shown, lines.size()));
      page.append("</details>\n");
    }
  }

  private void list(List<String> lines) {
    page.append("<ul>\n");
    lines.forEach(l -> page.append("<li>").append(Markup.escape(l)).append("</li>\n"));
    page.append("</ul>\n");
  }

  private void verdict(Verdict verdict) {
    cell("verdict " + style(verdict), verdict.text());
  }

  /** The class of the stylesheet. */
  private static String style(Verdict verdict) {
    return verdict.text().replace(' ', '-');
  }

  private void code(String text) {
    cell("", text.isEmpty() ? "" : "<code>" + Markup.escape(text) + "</code>");
  }

  private void number(String name, double value) {
    named(name, text(value));
  }

  /** A number that says on a phone what it is, where the table has no head. */
  private void named(String name, String content) {
    page.append("<td class=\"n\" data-name=\"").append(name).append("\">");
    page.append(content).append("</td>");
  }

  private void cell(String style, String content) {
    page.append(style.isEmpty() ? "<td>" : "<td class=\"" + style + "\">");
    page.append(content).append("</td>");
  }

  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value).replace(".0e", "e");
  }

  private static String noise(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0e", value);
  }
}
