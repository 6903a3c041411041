package io.github.tf2torch.verify.report;

/** {@code report.xml}: a test case for each check, as CI systems show them. */
public final class JUnitReport {
  private JUnitReport() {}

  public static String of(Report report) {
    long failures = count(report, Verdict.DIFFER);
    long errors = count(report, Verdict.FAILED);
    long skipped = count(report, Verdict.NOT_CHECKED);
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append("<testsuite name=\"tf2torch\" tests=\"").append(report.checks().size());
    xml.append("\" failures=\"").append(failures).append("\" errors=\"").append(errors);
    xml.append("\" skipped=\"").append(skipped).append("\">\n");
    for (CheckResult check : report.checks()) {
      xml.append("  <testcase classname=\"tf2torch\" name=\"");
      xml.append(Markup.escape(check.name())).append("\">");
      String message = "message=\"" + Markup.escape(check.reason()) + "\"";
      switch (check.verdict()) {
        case MATCH -> {}
        case DIFFER -> xml.append("<failure ").append(message).append("/>");
        case FAILED -> xml.append("<error ").append(message).append("/>");
        case NOT_CHECKED -> xml.append("<skipped ").append(message).append("/>");
      }
      xml.append("</testcase>\n");
    }
    return xml.append("</testsuite>\n").toString();
  }

  private static long count(Report report, Verdict verdict) {
    return report.checks().stream().filter(c -> c.verdict() == verdict).count();
  }
}
