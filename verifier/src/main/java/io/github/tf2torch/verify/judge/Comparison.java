package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Locale;

/**
 * Four runs of one tensor, each framework in float32 and in float64, as the distances between them.
 *
 * <p>The three rules: in float64 both agree to 1e-12 of the largest value; in float32 PyTorch is no
 * further from float64 than four times TensorFlow is (2^-23 of the values where TensorFlow is
 * nearer); and both float32 answers are within the tolerance of the largest value.
 *
 * @param float64 TensorFlow to PyTorch, both in float64
 * @param float32 the float32 answers to TensorFlow's float64, and to each other
 * @param isFloat64 false where TensorFlow computed part of its float64 run in float32, so that the
 *     first rule says nothing
 */
public record Comparison(Distance float64, Distances float32, boolean isFloat64) {
  public static final double FLOAT64_BOUND = 1e-12;
  public static final double NOISE_FACTOR = 4;
  private static final double FLOAT32_UNIT = 0x1p-23;

  /** TensorFlow's kernels flush what is below to zero, PyTorch's do not. */
  private static final double SMALLEST_NORMAL = Float.MIN_NORMAL;

  /** What a float32 island may put TensorFlow's float64 answer off by, in units of float32. */
  private static final double ISLAND_UNITS = 8;

  TensorResult judge(String name, String source, double tolerance) {
    if (float32.between().count() == 0) {
      return new TensorResult(
          name, source, Verdict.NOT_CHECKED, Double.NaN, Double.NaN, Double.NaN, "has no elements");
    }
    String reason = difference(tolerance);
    Verdict verdict = reason.isEmpty() ? Verdict.MATCH : Verdict.DIFFER;
    if (reason.isEmpty() && !isFloat64) {
      reason = "computed behind a float32 island; judged in float32 alone";
    }
    return new TensorResult(
        name,
        source,
        verdict,
        float32.between().strangers() > 0 ? Double.NaN : float32.between().relative(),
        isFloat64 ? float64.relative() : Double.NaN,
        noise(),
        unit(),
        reason);
  }

  /**
   * TensorFlow's own rounding error, in units of the values. Behind a float32 island, TensorFlow's
   * float64 answer has the rounding of its float32 answer in it: from there on it is known no
   * better than PyTorch's float64 answer is near.
   */
  double unit() {
    double rounding = Math.max(FLOAT32_UNIT * float32.tensorflow().rmsReference(), SMALLEST_NORMAL);
    return Math.max(
        Math.max(float32.tensorflow().rms(), rounding),
        isFloat64 ? 0 : Math.min(float64.rms(), ISLAND_UNITS * rounding));
  }

  /** PyTorch's own rounding error in these units. */
  double noise() {
    return float32.torch().rms() == 0 ? 0 : float32.torch().rms() / unit();
  }

  /** What breaks a rule; empty for a match. Every bound is asked so that NaN breaks it. */
  private String difference(double tolerance) {
    if (float32.between().strangers() > 0) {
      return strangers(float32.between(), "float32");
    }
    if (isFloat64 && float64.strangers() > 0) {
      return strangers(float64, "float64");
    }
    if (isFloat64 && !(float64.relative() <= FLOAT64_BOUND)) {
      return say(
          "float64 differs by %.2e at element %d, bound %.0e",
          float64.relative(), float64.largestAt(), FLOAT64_BOUND);
    }
    boolean isFlushed = float32.between().largest() <= SMALLEST_NORMAL;
    if (!isFlushed && !(float32.between().relative() <= tolerance)) {
      return say(
          "float32 differs by %.2e at element %d, bound %.0e",
          float32.between().relative(), float32.between().largestAt(), tolerance);
    }
    if (!(noise() <= NOISE_FACTOR)) {
      return say(
          "PyTorch's float32 is %.1f times as far from float64 as TensorFlow's, bound %.0f",
          noise(), NOISE_FACTOR);
    }
    return "";
  }

  private static String strangers(Distance distance, String precision) {
    return say(
        "NaN or infinity in other places: %d of %d elements in %s, the first at element %d",
        distance.strangers(), distance.count(), precision, distance.largestAt());
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
