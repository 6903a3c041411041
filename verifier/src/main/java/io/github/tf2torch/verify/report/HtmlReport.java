package io.github.tf2torch.verify.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * {@code report.html}: one page that needs nothing else. Its script only sorts, filters and leads
 * to rows; without it everything is there to read. The page's policy lets no other script run,
 * whatever a file calls its tensors.
 */
public final class HtmlReport {
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
    String script = Resource.text("page.js");
    head(script);
    page.append(Headline.of(report));
    page.append(
        """
        <nav aria-label="sections"><ul>
        <li><a href="#checks">Checks</a></li><li><a href="#tensors">Tensor by tensor</a></li>
        <li><a href="#files">Files</a></li><li><a href="#account">Variables</a></li>
        <li><a href="#settings">Settings</a></li><li><a href="#environment">Environment</a></li>
        <li><a href="#again">Run it again</a></li>
        </ul></nav>
        <main>
        """);
    checks();
    report.checks().forEach(this::drawn);
    page.append("<h2 id=\"tensors\">Tensor by tensor</h2>\n");
    report.checks().forEach(this::tensors);
    pairs("files", "Files, and how far each is proven", report.files());
    page.append("<h2 id=\"account\">Account of variables</h2>\n");
    page.append(AccountTable.of(report.account()));
    pairs("settings", "Settings", report.settings());
    pairs("environment", "Environment", report.environment());
    page.append("<h2 id=\"again\">To have it again</h2>\n<div class=\"command\"><code>");
    page.append(Markup.escape(report.command())).append("</code></div>\n</main>\n<script>");
    page.append(script).append("</script>\n</body>\n</html>\n");
  }

  private void head(String script) {
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'unsafe-inline'; script-src 'sha256-%s'">
        <title>%s: tf2torch</title>
        <style>
        """
            .formatted(digest(script), report.verdict().text()));
    page.append(Resource.text("page.css")).append("</style>\n</head>\n<body>\n");
  }

  private static String digest(String script) {
    try {
      byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void checks() {
    page.append(
        """
        <h2 id="checks">Checks</h2>
        <table class="checks"><thead><tr><th scope="col">check, and what was found</th><th scope="col">verdict</th>\
        <th scope="col" class="n">float32</th><th scope="col" class="n">float64</th></tr></thead>
        """);
    for (CheckResult check : report.checks()) {
      String name = Markup.escape(check.name());
      page.append("<tbody><tr><th scope=\"row\">");
      page.append(
          check.tensors().isEmpty()
              ? name
              : "<a href=\"#" + section(check) + "\">" + name + "</a>");
      page.append("</th><td>").append(Markup.badge(check.verdict())).append("</td>");
      number(check.largestError());
      number(check.largestError64());
      // in a row of its own, so that a phone's whole width is the sentence's
      page.append("</tr>\n<tr><td colspan=\"4\" class=\"found-so\">");
      page.append(Markup.escape(Numbers.inText(check.reason()))).append("</td></tr></tbody>\n");
    }
    page.append("</table>\n");
  }

  private void number(double value) {
    page.append("<td class=\"n\">").append(Numbers.text(value)).append("</td>");
  }

  /** What is seen at a glance: the error by layer, and losses over each other. */
  private void drawn(CheckResult check) {
    if (check.name().equals("layers") && !check.tensors().isEmpty()) {
      page.append("<h2>Error by layer</h2>\n").append(ErrorPlot.of(check, report.tolerance()));
    }
    if (check.curves().stream().anyMatch(c -> !c.tensorflow().isEmpty())) {
      page.append("<h2>Training curves</h2>\n").append(CurvePlot.of(check.curves()));
    }
  }

  private void tensors(CheckResult check) {
    if (check.tensors().isEmpty()) {
      return;
    }
    page.append("<div class=\"check\">\n<h3 id=\"").append(section(check)).append("\">");
    page.append(Markup.escape(check.name())).append(' ').append(Markup.badge(check.verdict()));
    page.append("</h3>\n").append(TensorTable.of(check)).append("</div>\n");
  }

  private static String section(CheckResult check) {
    return "check-" + check.name().replaceAll("[^A-Za-z0-9-]", "_");
  }

  private void pairs(String id, String title, Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return;
    }
    page.append("<h2 id=\"").append(id).append("\">").append(title);
    page.append("</h2>\n<table class=\"pairs\"><tbody>\n");
    pairs.forEach(
        (name, value) -> {
          page.append("<tr><th scope=\"row\">").append(Markup.escape(name)).append("</th><td>");
          page.append(Markup.escape(value)).append("</td></tr>\n");
        });
    page.append("</tbody></table>\n");
  }
}
