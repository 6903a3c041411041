package io.github.tf2torch.verify.judge;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Map;
import java.util.Optional;

/**
 * A running mean whose true value is zero, as behind another normalization: what both sides have of
 * it is rounding, which is judged by the deviation of what was averaged, not by itself.
 *
 * @param tensorflow in float64, as {@code torch} is
 * @param tolerance how far from zero the mean may be, relative to the deviation
 */
public record ZeroMean(
    Map<String, TensorValue> tensorflow, Map<String, TensorValue> torch, double tolerance) {
  private static final String MEAN = ".running_mean";

  public TensorResult explained(TensorResult result) {
    if (result.verdict() != Verdict.DIFFER || !result.name().contains(MEAN)) {
      return result;
    }
    Optional<TensorValue> variance =
        Optional.ofNullable(tensorflow.get(result.name().replace(MEAN, ".running_var")));
    if (variance.isEmpty()) {
      return result;
    }
    double[] left = tensorflow.get(result.name()).doubles();
    double[] right = torch.get(result.name()).doubles();
    double[] squares = variance.get().doubles();
    double apart = 0;
    for (int i = 0; i < left.length; i++) {
      double deviation = Math.sqrt(Math.abs(squares[i]));
      boolean isRounding =
          Math.abs(left[i] - right[i]) <= Comparison.FLOAT64_BOUND * deviation
              && Math.abs(left[i]) <= tolerance * deviation;
      if (!isRounding) {
        return result;
      }
      apart = Math.max(apart, deviation == 0 ? 0 : Math.abs(left[i] - right[i]) / deviation);
    }
    return new TensorResult(
        result.name(),
        result.source(),
        Verdict.MATCH,
        Double.NaN,
        apart,
        Double.NaN,
        "zero on both sides up to rounding; relative to the deviation of what is averaged");
  }
}
