package io.github.tf2torch.verify.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReportVerdictTest {
  static Stream<Arguments> reports() {
    CheckResult weights = Reports.weights();
    CheckResult outputs = Reports.outputs(Reports.matches("y"));
    CheckResult wrong = Reports.outputs(Reports.differs("y"));
    CheckResult skipped = CheckResult.notChecked("layers", "no taps");
    CheckResult broken = CheckResult.failed("layers", "it crashed");
    return Stream.of(
        arguments("weights and a run", List.of(weights, outputs), Verdict.MATCH),
        arguments("with a check left out", List.of(weights, outputs, skipped), Verdict.MATCH),
        arguments("weights alone", List.of(weights), Verdict.NOT_CHECKED),
        arguments("a run alone", List.of(outputs), Verdict.NOT_CHECKED),
        arguments("a run left out", List.of(weights, skipped), Verdict.NOT_CHECKED),
        arguments("nothing", List.of(), Verdict.NOT_CHECKED),
        arguments("one that differs", List.of(weights, outputs, wrong), Verdict.DIFFER),
        arguments("one that failed", List.of(weights, outputs, broken), Verdict.FAILED),
        arguments("failed and differs", List.of(weights, wrong, broken), Verdict.FAILED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reports")
  void matchNeedsTheWeightsAndARunAndNothingAgainst(
      String what, List<CheckResult> checks, Verdict verdict) {
    assertThat(Reports.of(checks.toArray(CheckResult[]::new)).verdict()).isEqualTo(verdict);
  }

  @Test
  void checkIsJudgedByItsTensors() {
    TensorResult empty =
        new TensorResult("e", "e:0", Verdict.NOT_CHECKED, Double.NaN, Double.NaN, Double.NaN, "-");
    assertThat(Reports.outputs().verdict()).isEqualTo(Verdict.FAILED);
    assertThat(Reports.outputs(empty).reason()).isEqualTo("nothing was compared");
    assertThat(Reports.outputs(empty, Reports.matches("y")).verdict()).isEqualTo(Verdict.MATCH);
    CheckResult differs = Reports.outputs(Reports.matches("a"), Reports.differs("b"));
    assertThat(differs.reason()).isEqualTo("first difference at b: because b");
    assertThat(differs.largestError()).isEqualTo(0.25);
    assertThat(differs.largestError64()).isEqualTo(1e-3);
  }

  @Test
  void theLargestErrorIsOfWhatWasCompared() {
    TensorResult vanishing =
        new TensorResult("v", "", Verdict.NOT_CHECKED, 1.8, 1.9, 1, "its gradient vanishes");
    TensorResult plain = new TensorResult("y", "", Verdict.MATCH, 1e-7, 1e-16, 1, "");
    CheckResult check = Reports.outputs(vanishing, plain);
    assertThat(check.largestError()).isEqualTo(1e-7);
    assertThat(check.largestError64()).isEqualTo(1e-16);
  }

  @Test
  void tensorsThatAreTheSameDoNotStandForOneThatIsNot() {
    CheckResult weights =
        CheckResult.of(
            "weights",
            "",
            false,
            List.of(
                TensorResult.exact("a", "", true, ""), TensorResult.exact("b", "", false, "no")));
    assertThat(weights.largestError()).isNaN();
    assertThat(Reports.weights().largestError()).isZero();
  }
}
