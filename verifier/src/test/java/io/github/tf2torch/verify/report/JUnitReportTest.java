package io.github.tf2torch.verify.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
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
    assertThat(suite.getAttribute("tests")).isEqualTo("4");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(4);
    assertThat(message(suite, "failure")).isEqualTo("first difference at y: because y");
    assertThat(message(suite, "error")).isEqualTo("PyTorch fails to run the archive");
    assertThat(message(suite, "skipped")).isEqualTo("not asked for");
  }

  @Test
  void hostileNamesLeaveItWellFormed() throws Exception {
    Element suite = parse(Reports.hostile());
    assertThat(suite.getElementsByTagName("*").getLength()).isEqualTo(3);
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
