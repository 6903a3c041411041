package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.List;

/** Whether a converted scheduler has TensorFlow's learning rates, which are float32. */
public final class RateJudgement {
  public static final String NAME = "learning rate";

  /** A few roundings to float32, as one rate is made of several. */
  private static final double BOUND = 1e-6;

  private RateJudgement() {}

  /**
   * One row for all steps.
   *
   * @param className of the scheduler
   */
  public static TensorResult of(String className, List<Double> tensorflow, List<Double> torch) {
    double largest = tensorflow.stream().mapToDouble(Math::abs).max().orElse(0);
    double worst = 0;
    int at = -1;
    for (int i = 0; i < tensorflow.size(); i++) {
      double error = Math.abs(tensorflow.get(i) - torch.get(i)) / largest;
      if (!(error <= worst)) {
        worst = error;
        at = i;
      }
    }
    boolean isSame = worst <= BOUND;
    String reason =
        isSame
            ? "of %d steps; float32 in TensorFlow".formatted(tensorflow.size())
            : "%s gives %s at step %d behind the hand-over, TensorFlow %s: the scheduler of conversion.json is another"
                .formatted(
                    className,
                    Findings.number(torch.get(at)),
                    at,
                    Findings.number(tensorflow.get(at)));
    return new TensorResult(
        NAME, "", isSame ? Verdict.MATCH : Verdict.DIFFER, worst, Double.NaN, Double.NaN, reason);
  }
}
