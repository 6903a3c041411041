package io.github.tf2torch.verify.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser. */
class PageInBrowserTest {
  @TempDir static Path folder;
  private static Optional<Browser> started = Optional.empty();
  private Browser browser;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> chromium = Browser.executable();
    Assumptions.assumeTrue(
        chromium.isPresent(), "no chromium on the PATH: the page is not tried in a browser");
    started = Optional.of(Browser.start(chromium.get(), folder.resolve("profile")));
    ReportFiles.write(Reports.large(), folder.resolve("large"));
    ReportFiles.write(Reports.hostile(), folder.resolve("hostile"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (started.isPresent()) {
      started.get().close();
    }
  }

  @BeforeEach
  void open() {
    browser = started.orElseThrow();
    browser.resize(1280, 900);
    browser.open(folder.resolve("large/report.html"));
  }

  @AfterEach
  void nothingIsComplainedOf() {
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void tablesSortByNumberDownUpAndBack() {
    unfold();
    String head = "[data-name=layers] thead th:nth-child(3)";
    List<String> asWritten = rows();
    browser.click(head + " button");
    assertThat(browser.value("document.querySelector('" + head + "').ariaSort").asText())
        .isEqualTo("descending");
    assertThat(rows().subList(0, 10)).allMatch(name -> name.endsWith("conv0"));
    browser.click(head + " button");
    List<Double> errors = new ArrayList<>();
    browser
        .value(
            "Array.from(document.querySelectorAll('[data-name=layers] tbody tr')).map(r => +r.cells[2].dataset.v)")
        .forEach(v -> errors.add(v.asDouble()));
    assertThat(errors).hasSize(180).isSorted();
    browser.click(head + " button");
    assertThat(rows()).isEqualTo(asWritten);
  }

  @Test
  void tablesFilterByWordAndByVerdict() {
    unfold();
    type("[data-name=layers]", "STAGE2.block1");
    assertThat(rows()).hasSize(6).allMatch(name -> name.startsWith("stage2.block1."));
    assertThat(count()).isEqualTo("6 of 180");
    type("[data-name=layers]", "");
    browser.value(
        "(() => { const s = document.querySelector('[aria-label=\"which of layers\"]');"
            + " s.value = 'differ'; s.dispatchEvent(new Event('change')); })()");
    assertThat(count()).isEqualTo("10 of 180");
  }

  @Test
  void clickInThePlotLeadsToTheRow() {
    browser.click(".place[href='#layers-126'] .hit");
    assertRowIsThere("layers-126");
  }

  @Test
  void rowIsShownThoughItIsFilteredAway() {
    unfold();
    type("[data-name=layers]", "nothing has this name");
    assertThat(rows()).isEmpty();
    browser.click(".place[href='#layers-3'] .hit");
    assertRowIsThere("layers-3");
  }

  @Test
  void plotIsWalkedByTheKeyboard() {
    browser.value("document.querySelector('.place').focus()");
    List.of("ArrowRight", "ArrowRight", "ArrowLeft").forEach(browser::press);
    assertThat(browser.value("document.querySelector('.tip').textContent").asText())
        .startsWith("stage1.block0.conv1: match");
    browser.press("Enter");
    assertRowIsThere("layers-1");
  }

  @Test
  void namesRunNoScript() {
    browser.open(folder.resolve("hostile/report.html"));
    assertThat(browser.value("document.querySelectorAll('script').length").asInt()).isEqualTo(1);
    assertThat(browser.value("document.querySelector('code').textContent").asText())
        .startsWith("</code><script>alert(1)");
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 768, 1280})
  void pageIsNoWiderThanTheWindow(int width) {
    browser.resize(width, 800);
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })");
    assertThat(browser.value("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(width);
  }

  /** WCAG 2.2, 1.4.3: 4.5 to 1 for text. */
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void textStandsOutFromItsGround(String scheme) throws IOException {
    browser.prefer(scheme);
    unfold();
    List<String> faint = new ArrayList<>();
    browser.value(Resource.text("contrast.js")).forEach(line -> faint.add(line.asText()));
    assertThat(faint).isEmpty();
  }

  private void unfold() {
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })");
  }

  private void type(String table, String word) {
    browser.value(
        "(() => { const s = document.querySelector('"
            + table
            + "').previousElementSibling.firstChild;"
            + " s.value = '"
            + word
            + "'; s.dispatchEvent(new Event('input')); })()");
  }

  private String count() {
    return browser
        .value(
            "document.querySelector('[data-name=layers]').previousElementSibling.lastChild.value")
        .asText();
  }

  private List<String> rows() {
    List<String> names = new ArrayList<>();
    browser
        .value(
            "Array.from(document.querySelectorAll('[data-name=layers] tbody tr'))"
                + ".filter(r => !r.hidden).map(r => r.querySelector('code').textContent)")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  private void assertRowIsThere(String id) {
    browser.await("document.activeElement.id === '" + id + "'");
    assertThat(
            browser
                .value(
                    "(() => { const b = document.activeElement.getBoundingClientRect();"
                        + " return b.height > 0 && b.top >= 0 && b.bottom <= innerHeight; })()")
                .asBoolean())
        .isTrue();
  }
}
