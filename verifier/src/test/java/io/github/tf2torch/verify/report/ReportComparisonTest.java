package io.github.tf2torch.verify.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReportComparisonTest {
  private static final CheckResult GOOD = Reports.outputs(Reports.matches("y"));
  private static final CheckResult BAD = Reports.outputs(Reports.differs("y"));
  private static final CheckResult LEFT_OUT = CheckResult.notChecked("outputs", "no graph");
  private static final CheckResult MORE = CheckResult.notChecked("gradients", "not asked for");

  @TempDir Path folder;

  static Stream<Arguments> runs() {
    return Stream.of(
        arguments("the same run", List.of(GOOD), List.of(GOOD), true),
        arguments("both differ", List.of(BAD), List.of(BAD), true),
        arguments("match became differ", List.of(GOOD), List.of(BAD), false),
        arguments("match became not checked", List.of(GOOD), List.of(LEFT_OUT), false),
        arguments("another verdict, though a better one", List.of(BAD), List.of(GOOD), false),
        arguments("a check more that says nothing", List.of(GOOD), List.of(GOOD, MORE), true),
        arguments("a check less", List.of(GOOD, MORE), List.of(GOOD), false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void sameIsTheSameVerdictAndNoCheckWorse(
      String what, List<CheckResult> before, List<CheckResult> after, boolean same)
      throws IOException {
    ReportComparison comparison = ReportComparison.of(written("a", before), written("b", after));
    assertThat(comparison.isSame()).isEqualTo(same);
    assertThat(comparison.json().path("same").asBoolean()).isEqualTo(same);
  }

  @Test
  void whatBecameWorseIsNamedWithItsErrors() throws IOException {
    ReportComparison comparison =
        ReportComparison.of(written("a", List.of(GOOD)), written("b", List.of(BAD)));
    assertThat(comparison.text().lines())
        .anyMatch(l -> l.matches("outputs +match -> differ +float32 2.0e-7 -> 2.5e-1 .*"))
        .anyMatch(l -> l.matches("  worse  y +match -> differ .*"))
        .anyMatch(l -> l.matches("verdict +match -> differ"));
    JsonNode check = comparison.json().path("checks").path(1);
    assertThat(check.path("worse").asBoolean()).isTrue();
    assertThat(check.path("worse_tensors").toString()).isEqualTo("[\"y\"]");
    assertThat(check.path("largest_error").path("after").asDouble()).isEqualTo(0.25);
  }

  @Test
  void reportsOfTwoModelsAreSaidToBe() throws IOException {
    CheckResult other = Reports.outputs(Reports.matches("another"));
    ReportComparison comparison =
        ReportComparison.of(written("a", List.of(GOOD)), written("b", List.of(other)));
    assertThat(comparison.text()).contains("reports of two models?").doesNotContain("worse  y");
  }

  @Test
  void aBetterVerdictIsCalledBetter() throws IOException {
    ReportComparison comparison =
        ReportComparison.of(written("a", List.of(BAD)), written("b", List.of(GOOD)));
    assertThat(comparison.text()).endsWith("a better verdict, and no check is worse\n");
  }

  @Test
  void whatIsNoReportIsRefused() throws IOException {
    Path other = Files.writeString(folder.resolve("other.json"), "{\"checks\": 3}");
    assertThatThrownBy(() -> ReportComparison.of(other, other))
        .isInstanceOf(DamagedFile.class)
        .hasMessageContaining("has no checks; give the report.json");
  }

  private Path written(String name, List<CheckResult> checks) throws IOException {
    CheckResult[] all =
        Stream.concat(Stream.of(Reports.weights()), checks.stream()).toArray(CheckResult[]::new);
    ReportFiles.write(Reports.of(all), folder.resolve(name));
    return folder.resolve(name).resolve("report.json");
  }
}
