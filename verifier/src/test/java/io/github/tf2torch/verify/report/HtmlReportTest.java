package io.github.tf2torch.verify.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  @Test
  void verdictComesFirst() throws Exception {
    Document page = parse(HtmlReport.of(Reports.of(Reports.weights(), layers(3))));
    assertThat(page.getElementsByTagName("h1").item(0).getTextContent())
        .isEqualTo("Match. TensorFlow and PyTorch agree.");
    Element body = (Element) page.getElementsByTagName("body").item(0);
    assertThat(elements(body).get(0).getTagName()).isEqualTo("header");
    assertThat(elements(body).get(0).getAttribute("class")).isEqualTo("match");
  }

  @Test
  void pageNeedsNothingElse() {
    String page = HtmlReport.of(Reports.of(Reports.weights(), layers(3)));
    assertThat(page)
        .doesNotContainPattern("(?i)<(script|link|img|iframe|object|embed|base|form)\\b")
        .doesNotContainPattern("(?i)(src|href|srcset|action)\\s*=")
        .doesNotContainPattern("(?i)url\\(|@import|https?:")
        .contains("<meta charset=\"utf-8\">");
  }

  @Test
  void hostileNamesAreText() throws Exception {
    String html = HtmlReport.of(Reports.hostile());
    assertThat(html).doesNotContain("<script").doesNotContain("\u0000").doesNotContain("\u001b");
    Document page = parse(html);
    assertThat(page.getElementsByTagName("li").item(0).getTextContent())
        .startsWith("dropped </code><script>alert(1)</script>\"'&");
    assertThat(page.getElementsByTagName("code").item(0).getTextContent())
        .startsWith("</code><script>");
  }

  @Test
  void eachLayerIsDrawnOnALogarithmicScaleAndWhatDiffersIsMarked() throws Exception {
    List<TensorResult> tensors = new ArrayList<>();
    for (double error : new double[] {1, 1e-3, 1e-6, 0}) {
      tensors.add(new TensorResult("layer", "", Verdict.MATCH, error, Double.NaN, Double.NaN, ""));
    }
    tensors.add(Reports.differs("last"));
    CheckResult layers = CheckResult.of("layers", "agree", true, tensors);
    Document page = parse(HtmlReport.of(Reports.of(Reports.weights(), layers)));
    NodeList dots = page.getElementsByTagName("circle");
    double[] y =
        IntStream.range(0, 4)
            .mapToObj(i -> ((Element) dots.item(i)).getAttribute("cy").replace("%", ""))
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertThat(dots.getLength()).isEqualTo(6);
    assertThat(y[1] - y[0]).isCloseTo(y[2] - y[1], org.assertj.core.api.Assertions.within(0.02));
    assertThat(y[3]).isGreaterThan(y[2]).isLessThan(100);
    assertThat(((Element) dots.item(5)).getAttribute("class")).isEqualTo("wrong");
  }

  @Test
  void whatDiffersIsInSightAndTheRestIsFolded() throws Exception {
    CheckResult layers =
        CheckResult.of(
            "layers", "agree", true, List.of(Reports.matches("a"), Reports.differs("b")));
    Document page = parse(HtmlReport.of(Reports.of(Reports.weights(), layers)));
    NodeList details = page.getElementsByTagName("details");
    assertThat(details.getLength()).isEqualTo(3);
    Element open = (Element) details.item(1);
    assertThat(open.hasAttribute("open")).isTrue();
    assertThat(open.getTextContent())
        .startsWith("layers: 1 of 2 tensors not matching")
        .contains("because b")
        .doesNotContain("a:0");
    assertThat(((Element) details.item(2)).hasAttribute("open")).isFalse();
  }

  private static CheckResult layers(int count) {
    List<TensorResult> tensors =
        IntStream.range(0, count).mapToObj(i -> Reports.matches("layer" + i)).toList();
    return CheckResult.of("layers", "agree", true, tensors);
  }

  /** The page is written so that an XML parser takes it, but for the doctype and void elements. */
  private static Document parse(String html) throws Exception {
    String xml =
        html.replace("<!DOCTYPE html>", "")
            .replaceAll("<meta ([^>]*)>", "<meta $1/>")
            .replace("<details open>", "<details open=\"\">");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Element parent) {
    List<Element> children = new ArrayList<>();
    NodeList nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i) instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }
}
