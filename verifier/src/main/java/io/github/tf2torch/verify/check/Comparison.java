package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Locale;

/**
 * Four runs of one tensor, all in TensorFlow's order: each framework in float32 and in float64.
 *
 * <p>The three rules: in float64 both agree to 1e-12 of the largest value; in float32 PyTorch is no
 * further from float64 than four times TensorFlow is (2^-23 of the values where TensorFlow is
 * nearer); and both float32 answers are within the tolerance of the largest value.
 */
record Comparison(double[] tf64, double[] torch64, double[] tf32, double[] torch32) {
  private static final double FLOAT64_BOUND = 1e-12;
  private static final double NOISE_FACTOR = 4;
  private static final double FLOAT32_UNIT = 0x1p-23;

  /**
   * @param exact64 false where TensorFlow computed part of its float64 run in float32, so that the
   *     first rule says nothing
   */
  TensorResult judge(String name, String source, double tolerance, boolean exact64) {
    if (tf32.length != torch32.length || tf64.length != torch64.length) {
      return differs(
          name, source, "TensorFlow has " + tf32.length + " elements, PyTorch " + torch32.length);
    }
    if (!sameNonFinite(tf32, torch32) || (exact64 && !sameNonFinite(tf64, torch64))) {
      return differs(name, source, "NaN or infinity in other places");
    }
    double largest = largest(tf32);
    double error = relative(largestDifference(tf32, torch32), largest);
    double error64 = relative(largestDifference(tf64, torch64), largest(tf64));
    double own = rmsDifference(tf32, tf64);
    double floor = FLOAT32_UNIT * rms(tf64);
    double unit = Math.max(own, floor);
    double torchNoise = rmsDifference(torch32, tf64);
    double noise = unit == 0 ? (torchNoise == 0 ? 0 : Double.POSITIVE_INFINITY) : torchNoise / unit;
    String reason = "";
    if (exact64 && error64 > FLOAT64_BOUND) {
      reason =
          String.format(Locale.ROOT, "float64 differs by %.2e, bound %.0e", error64, FLOAT64_BOUND);
    } else if (noise > NOISE_FACTOR) {
      reason =
          String.format(
              Locale.ROOT,
              "PyTorch's float32 is %.1f times as far from float64 as TensorFlow's, bound %.0f",
              noise,
              NOISE_FACTOR);
    } else if (error > tolerance) {
      reason = String.format(Locale.ROOT, "float32 differs by %.2e, bound %.0e", error, tolerance);
    }
    Verdict verdict = reason.isEmpty() ? Verdict.MATCH : Verdict.DIFFER;
    return new TensorResult(
        name, source, verdict, error, exact64 ? error64 : Double.NaN, noise, reason);
  }

  private static TensorResult differs(String name, String source, String reason) {
    return new TensorResult(
        name, source, Verdict.DIFFER, Double.NaN, Double.NaN, Double.NaN, reason);
  }

  static boolean sameNonFinite(double[] left, double[] right) {
    for (int i = 0; i < left.length; i++) {
      boolean same =
          Double.isFinite(left[i])
              ? Double.isFinite(right[i])
              : Double.compare(left[i], right[i]) == 0;
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static double relative(double difference, double largest) {
    return difference == 0 ? 0 : difference / largest;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }

  private static double largestDifference(double[] left, double[] right) {
    double largest = 0;
    for (int i = 0; i < left.length; i++) {
      if (Double.isFinite(left[i])) {
        largest = Math.max(largest, Math.abs(left[i] - right[i]));
      }
    }
    return largest;
  }

  private static double rmsDifference(double[] left, double[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      if (Double.isFinite(left[i]) && Double.isFinite(right[i])) {
        double d = left[i] - right[i];
        sum += d * d;
      }
    }
    return left.length == 0 ? 0 : Math.sqrt(sum / left.length);
  }

  private static double rms(double[] values) {
    double sum = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        sum += value * value;
      }
    }
    return values.length == 0 ? 0 : Math.sqrt(sum / values.length);
  }
}
