package io.github.tf2torch.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The line of a check: numbers of what was compared, and why what stands out is no difference. */
class FindingsTest {
  private static final TensorResult PLAIN =
      new TensorResult("fc.weight", "", Verdict.MATCH, 2e-7, 3e-16, 1, "");
  private static final TensorResult VANISHING =
      new TensorResult("key.bias", "", Verdict.NOT_CHECKED, 1.8, 1.9, 1, "its gradient vanishes");
  private static final TensorResult AT_A_KINK =
      new TensorResult("fc.bias", "", Verdict.MATCH, 2e-4, 5e-13, 1, "jumps at kinks (relu)");

  @Test
  void whatWasNotCheckedIsCountedApart() {
    assertThat(line(PLAIN, VANISHING, VANISHING))
        .isEqualTo(
            "1 value agrees, largest error 2.0e-07 (float64 3.0e-16);"
                + " 2 not checked: its gradient vanishes");
  }

  @Test
  void theLargestErrorIsExplainedWhereItIsExcused() {
    assertThat(line(PLAIN, AT_A_KINK))
        .isEqualTo(
            "2 values agree, largest error 2.0e-04 (float64 5.0e-13),"
                + " at fc.bias: jumps at kinks (relu)");
  }

  private static String line(TensorResult... results) {
    return Findings.result("training", "values agree", List.of(results)).reason();
  }
}
