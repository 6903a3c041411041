package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What TensorFlow's own float64 answer moves by where every input moves by one unit in the last
 * place. Behind a saturated softmax a gradient is what is left of a sum that cancels: no two orders
 * of summing agree on it to 1e-12, and that is no fault of either side.
 */
final class InputRounding {
  static final int DRAWS = 4;

  /** Beyond, a gradient is no number that a port could be held against. */
  private static final double LARGEST = 1e-6;

  /** A unit of float32 in units of float64. */
  private static final double FLOAT32_UNIT = 0x1p29;

  private InputRounding() {}

  /** The floating point ones in float64, each element moved up or down. */
  static Map<Endpoint, TensorValue> moved(Map<Endpoint, TensorValue> feeds, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Endpoint, TensorValue> moved = new LinkedHashMap<>();
    feeds.forEach(
        (endpoint, value) -> {
          boolean isReal = value.dtype() == DType.FLOAT32 || value.dtype() == DType.FLOAT64;
          moved.put(endpoint, isReal ? moved(value, random) : value);
        });
    return moved;
  }

  private static TensorValue moved(TensorValue value, SplittableRandom random) {
    double[] values = value.doubles();
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextBoolean() ? Math.nextUp(values[i]) : Math.nextDown(values[i]);
    }
    return TensorValue.ofDoubles(DType.FLOAT64, value.shape(), values);
  }

  /** Whether it parts in float64 by so little that rounding may be all there is to it. */
  static boolean isAsked(TensorResult result) {
    return result.verdict() == Verdict.DIFFER
        && result.error64() > Comparison.FLOAT64_BOUND
        && result.error64() <= LARGEST;
  }

  /**
   * A match where both sides part by no more than TensorFlow's own answer moves by.
   *
   * @param moved in units of the answer's largest value
   */
  static TensorResult forgive(TensorResult result, double moved, double tolerance) {
    double bound = Comparison.NOISE_FACTOR * moved;
    boolean isRounding =
        isAsked(result)
            && moved <= LARGEST
            && result.error64() <= bound
            && result.error() <= Math.max(tolerance, bound * FLOAT32_UNIT);
    return isRounding
        ? result.with(
            Verdict.MATCH,
            String.format(
                Locale.ROOT,
                "float64 parts by %.1e, where TensorFlow's own gradient moves by %.1e when its"
                    + " inputs move by one unit of float64",
                result.error64(),
                moved))
        : result;
  }
}
