package io.github.tf2torch.verify.report;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code report.xml}: a test case for each check, as CI systems show them, and one for the verdict:
 * where too little was checked no check fails, and yet nothing is proven.
 */
public final class JUnitReport {
  private JUnitReport() {}

  private record Case(String name, Verdict verdict, String message) {}

  public static String of(Report report) {
    List<Case> cases = cases(report);
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append("<testsuite name=\"tf2torch\" tests=\"").append(cases.size());
    xml.append("\" failures=\"").append(count(cases, Verdict.DIFFER));
    xml.append("\" errors=\"").append(count(cases, Verdict.FAILED));
    xml.append("\" skipped=\"").append(count(cases, Verdict.NOT_CHECKED)).append("\">\n");
    for (Case one : cases) {
      xml.append("  <testcase classname=\"tf2torch\" name=\"");
      xml.append(Markup.escape(one.name())).append("\">");
      String message = "message=\"" + Markup.escape(one.message()) + "\"";
      switch (one.verdict()) {
        case MATCH -> {}
        case DIFFER -> xml.append("<failure ").append(message).append("/>");
        case FAILED -> xml.append("<error ").append(message).append("/>");
        case NOT_CHECKED -> xml.append("<skipped ").append(message).append("/>");
      }
      xml.append("</testcase>\n");
    }
    return xml.append("</testsuite>\n").toString();
  }

  private static List<Case> cases(Report report) {
    List<Case> cases = new ArrayList<>();
    report.checks().forEach(c -> cases.add(new Case(c.name(), c.verdict(), c.reason())));
    Verdict verdict = report.verdict();
    cases.add(
        new Case(
            "verdict",
            verdict == Verdict.NOT_CHECKED ? Verdict.DIFFER : verdict,
            report.sentence()));
    return cases;
  }

  private static long count(List<Case> cases, Verdict verdict) {
    return cases.stream().filter(c -> c.verdict() == verdict).count();
  }
}
