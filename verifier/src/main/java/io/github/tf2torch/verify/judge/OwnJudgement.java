package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Locale;

/**
 * Of a model that is not printed from TensorFlow's program: where TensorFlow holds the float32 of a
 * number such as {@code 0.001}, PyTorch's float64 may hold the decimal. What that makes of a value,
 * a part in 1e7 at most, is judged in float32 alone, and said so.
 */
public final class OwnJudgement {
  /** The rounding of a float32 hyperparameter, twice. */
  public static final double DECIMALS = 0x1p-23;

  private OwnJudgement() {}

  public static Judgement of(Place place, TensorView tf64, TensorView torch64, boolean isFloat64) {
    Judgement strict = Judgement.of(place, tf64, torch64, isFloat64);
    Judgement float32 = Judgement.of(place, tf64, torch64, false);
    return (tf32, torch32, tolerance) -> {
      TensorResult result = strict.judge(tf32, torch32, tolerance);
      if (result.verdict() != Verdict.DIFFER || !(result.error64() <= DECIMALS)) {
        return result;
      }
      TensorResult soft = float32.judge(tf32, torch32, tolerance);
      return soft.verdict() == Verdict.MATCH
          ? result.with(
              Verdict.MATCH,
              String.format(
                  Locale.ROOT,
                  "judged in float32: float64 parts by %.1e, as it does where a number such as an"
                      + " epsilon is a float32 in TensorFlow and a decimal here",
                  result.error64()))
          : result;
    };
  }
}
