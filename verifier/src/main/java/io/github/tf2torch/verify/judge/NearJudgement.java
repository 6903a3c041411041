package io.github.tf2torch.verify.judge;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Locale;

/**
 * Whether a step of the nearest optimizer of torch.optim is as near to TensorFlow's as the
 * conversion says: what gradients add to an element's step may be off by a part of itself.
 *
 * @param stepError that part
 */
public record NearJudgement(double stepError) {
  /** Of the largest step of a tensor: betas are float32 in TensorFlow's correction of the bias. */
  private static final double ROUNDING = 1e-5;

  /**
   * A parameter before a step and as both sides have it behind.
   *
   * @param carried of the step, what is of no gradient
   */
  public record Step(
      TensorValue before, TensorValue tensorflow, TensorValue torch, TensorValue carried) {}

  public TensorResult judge(String name, Step step) {
    double[] before = step.before().doubles();
    double[] tensorflow = step.tensorflow().doubles();
    double[] torch = step.torch().doubles();
    double[] carried = step.carried().doubles();
    double largest = 0;
    for (int i = 0; i < before.length; i++) {
      largest = Math.max(largest, Math.abs(tensorflow[i] - before[i]));
    }
    double worst = 0;
    boolean isNear = true;
    for (int i = 0; i < before.length; i++) {
      double off = Math.abs(torch[i] - tensorflow[i]);
      boolean isNone = Double.isNaN(torch[i]) && Double.isNaN(tensorflow[i]);
      double added = Math.abs(tensorflow[i] - before[i] - carried[i]);
      isNear &= isNone || off <= stepError * added + ROUNDING * largest;
      worst = isNone ? worst : Math.max(worst, largest == 0 ? off : off / largest);
    }
    String reason =
        String.format(
            Locale.ROOT,
            "the step is off by %.2g of the largest; %s",
            worst,
            stepError == 0
                ? "but for rounding it has to be the same"
                : String.format(
                    Locale.ROOT,
                    "by up to %.3g of what gradients add, the conversion says",
                    stepError));
    return new TensorResult(
        name, "", isNear ? Verdict.MATCH : Verdict.DIFFER, worst, Double.NaN, Double.NaN, reason);
  }
}
