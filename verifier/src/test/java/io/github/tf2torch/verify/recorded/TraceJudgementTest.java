package io.github.tf2torch.verify.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceJudgementTest {
  /** Gradients behind a saturated softmax are small differences of large numbers. */
  @ParameterizedTest(name = "PyTorch rounds by {0}, the trace parts by {1}: {2}, else {3}")
  @CsvSource({
    "1e-7, -1e-7, MATCH, MATCH",
    "1e-7, -1e-4, DIFFER, DIFFER",
    "1e-4, -5e-5, MATCH, DIFFER",
    "1e-4, -1e-2, DIFFER, DIFFER",
    "2e-3, -2e-3, NOT_CHECKED, DIFFER",
    "1e-4, NaN, DIFFER, DIFFER",
  })
  void whatRoundsInOneProgramMayPartFromARecordingAsFar(
      double rounding, double parting, Verdict ofOneProgram, Verdict ofTwo) {
    TensorValue trace = value(DType.FLOAT32, 0.5 + parting);
    TensorView torch64 = TensorView.of(value(DType.FLOAT64, 0.5));
    TensorView torch32 = TensorView.of(value(DType.FLOAT32, 0.5 + rounding));
    TraceJudgement judgement = new TraceJudgement("w", "v", Layout.tensorflow(1));
    TensorResult result = judgement.judgeBesideRounding(trace, torch64, torch32, 1e-5);
    assertThat(result.verdict()).as(result.reason()).isEqualTo(ofOneProgram);
    assertThat(judgement.judge(trace, torch64, torch32, 1e-5).verdict()).isEqualTo(ofTwo);
  }

  private static TensorValue value(DType dtype, double second) {
    return TensorValue.ofDoubles(dtype, Shape.of(2), 1, second);
  }
}
