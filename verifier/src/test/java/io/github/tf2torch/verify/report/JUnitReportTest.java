package io.github.tf2torch.verify.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

class JUnitReportTest {
  @Test
  void countsAreThoseOfTheCases() throws Exception {
    Element suite =
        parse(
            Reports.of(
                Reports.weights(),
                Reports.outputs(Reports.differs("y")),
                CheckResult.failed("layers", "PyTorch fails to run the archive"),
                CheckResult.notChecked("gradients", "not asked for")));
    assertThat(suite.getTagName()).isEqualTo("testsuite");
    assertThat(suite.getAttribute("tests")).isEqualTo("5");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("2");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(5);
    assertThat(message(suite, "failure")).isEqualTo("first difference at y: because y");
    assertThat(message(suite, "error")).isEqualTo("PyTorch fails to run the archive");
    assertThat(message(suite, "skipped")).isEqualTo("not asked for");
  }

  /**
   * A CI system goes by this file, a shell by the status: neither may say what the other doesn't.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("io.github.tf2torch.verify.report.ReportVerdictTest#reports")
  void nothingIsAgainstItWhereTheCommandEndsWithZero(String what, List<CheckResult> checks)
      throws Exception {
    Report report = Reports.of(checks.toArray(CheckResult[]::new));
    Element suite = parse(report);
    boolean isGreen =
        suite.getAttribute("failures").equals("0") && suite.getAttribute("errors").equals("0");
    assertThat(isGreen).isEqualTo(report.verdict().exitStatus() == 0);
    assertThat(report.summary().contains("agree")).isEqualTo(isGreen);
  }

  @Test
  void hostileNamesLeaveItWellFormed() throws Exception {
    Element suite = parse(Reports.hostile());
    assertThat(suite.getElementsByTagName("*").getLength()).isEqualTo(5);
    assertThat(message(suite, "failure"))
        .contains(
            "</code><script>alert(1)</script>\"'&\uFFFD\uFFFD\uFFFD\uFFFD ]]> 日本 \uD83D\uDE00");
  }

  private static String message(Element suite, String kind) {
    return ((Element) suite.getElementsByTagName(kind).item(0)).getAttribute("message");
  }

  private static Element parse(Report report) throws Exception {
    byte[] xml = JUnitReport.of(report).getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml))
        .getDocumentElement();
  }
}
