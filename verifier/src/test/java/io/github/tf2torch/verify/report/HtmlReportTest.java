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
    assertThat(elements(body).get(0).getAttribute("class")).isEqualTo("banner match");
  }

  @Test
  void ofWhatDiffersTheCauseIsSaidFirst() {
    CheckResult outputs = new CheckResult("outputs", Verdict.DIFFER, "at y", true, List.of());
    CheckResult layers =
        new CheckResult("layers", Verdict.DIFFER, "at bn; cause: epsilon", true, List.of());
    assertThat(HtmlReport.of(Reports.of(outputs, layers)))
        .contains("<p>layers: at bn; cause: epsilon</p>");
    assertThat(HtmlReport.of(Reports.of(outputs))).contains("<p>outputs: at y</p>");
  }

  @Test
  void pageNeedsNothingElse() {
    String page = HtmlReport.of(Reports.of(Reports.weights(), layers(3)));
    assertThat(page)
        .doesNotContainPattern("(?i)<(link|img|iframe|object|embed|base|form)\\b")
        .doesNotContainPattern("(?i)(src|srcset|action)\\s*=\\s*[\"']")
        .doesNotContainPattern("(?i)href=\"[^#]")
        .doesNotContainPattern("(?i)url\\(|@import|https?:")
        .contains("<meta charset=\"utf-8\">")
        .contains("default-src 'none'")
        .containsOnlyOnce("<script");
  }

  @Test
  void hostileNamesAreText() throws Exception {
    String html = HtmlReport.of(Reports.hostile());
    assertThat(html).containsOnlyOnce("<script").doesNotContain("\u0000").doesNotContain("\u001b");
    Document page = parse(html);
    assertThat(page.getElementsByTagName("code").item(0).getTextContent())
        .startsWith("</code><script>alert(1)</script>\"'&");
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
    Element wrong = (Element) dots.item(5).getParentNode();
    assertThat(wrong.getAttribute("class")).isEqualTo("place wrong");
    assertThat(wrong.getAttribute("href")).isEqualTo("#layers-4");
  }

  @Test
  void whatCanNotBeMeasuredIsDrawnAtTheTop() throws Exception {
    TensorResult misfit = TensorResult.exact("a", "", false, "TensorFlow's shape is [2]");
    Document page =
        parse(HtmlReport.of(Reports.of(CheckResult.of("layers", "", true, List.of(misfit)))));
    NodeList dots = page.getElementsByTagName("circle");
    assertThat(dots.getLength()).isEqualTo(1);
    assertThat(((Element) dots.item(0)).getAttribute("cy")).isEqualTo("3.00%");
  }

  @Test
  void whatPartsByMoreThanTheBoundAndSaysWhyIsNotTheLargestDifference() throws Exception {
    TensorResult average =
        new TensorResult("a", "", Verdict.MATCH, 2e-7, 1e-7, 1, "two shares are rounded");
    TensorResult exact = new TensorResult("b", "", Verdict.MATCH, 3e-7, 4e-15, 1, "");
    CheckResult training = CheckResult.of("training", "agree", true, List.of(average, exact));
    Element tile = byClass(parse(HtmlReport.of(Reports.of(training))), "dl", "tiles").get(0);
    assertThat(tile.getTextContent())
        .contains("4.0e-15bound 1e-12; 1 more, each explained")
        .contains("3.0e-7bound 1e-5");
  }

  @Test
  void whatDiffersIsInSightAndTheRestIsFolded() throws Exception {
    CheckResult layers =
        CheckResult.of(
            "layers", "agree", true, List.of(Reports.matches("a"), Reports.differs("b")));
    Document page = parse(HtmlReport.of(Reports.of(Reports.weights(), layers)));
    List<Element> tables = byClass(page, "table", "tensors");
    assertThat(tables).hasSize(3);
    Element inSight = tables.get(1);
    assertThat(inSight.getParentNode().getNodeName()).isEqualTo("div");
    assertThat(inSight.getTextContent())
        .startsWith("1 of 2 tensors not matching")
        .contains("because b")
        .doesNotContain("a:0");
    Element whole = tables.get(2);
    assertThat(whole.getParentNode().getNodeName()).isEqualTo("details");
    assertThat(((Element) whole.getParentNode()).hasAttribute("open")).isFalse();
    assertThat(whole.getTextContent()).contains("a:0").contains("b:0");
  }

  @Test
  void everyLinkLeadsToSomething() throws Exception {
    Document page = parse(HtmlReport.of(Reports.large()));
    NodeList all = page.getElementsByTagName("*");
    List<String> addresses = new ArrayList<>();
    List<String> links = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      addresses.add("#" + element.getAttribute("id"));
      links.add(element.getAttribute("href"));
    }
    links.removeIf(String::isEmpty);
    addresses.removeIf("#"::equals);
    assertThat(addresses).doesNotHaveDuplicates().containsAll(links);
    assertThat(links).contains("#layers-179");
  }

  @Test
  void curvesOfBothSidesLieOverEachOther() throws Exception {
    Curve curve = new Curve("loss", List.of(3.0, 1.0, 2.0), List.of(3.0, 1.5, Double.NaN));
    CheckResult training = Reports.outputs(Reports.matches("loss 1")).withCurves(List.of(curve));
    Document page = parse(HtmlReport.of(Reports.of(training)));
    assertThat(byClass(page, "circle", "tf")).hasSize(3);
    assertThat(byClass(page, "circle", "torch")).hasSize(2);
    assertThat(byClass(page, "g", "place").get(1).getTextContent())
        .isEqualTo("step 2\nTensorFlow 1.0\nPyTorch 1.5");
    assertThat(page.getElementsByTagName("figcaption").item(0).getTextContent())
        .contains("At step 3 one has no finite number.");
  }

  private static List<Element> byClass(Document page, String tag, String style) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = page.getElementsByTagName(tag);
    for (int i = 0; i < nodes.getLength(); i++) {
      Element element = (Element) nodes.item(i);
      if (List.of(element.getAttribute("class").split(" ")).contains(style)) {
        found.add(element);
      }
    }
    return found;
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
            .replaceAll("<script>[^§]*?</script>", "")
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
