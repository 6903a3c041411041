package io.github.tf2torch.inspect;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.ElementValue;
import java.nio.ByteBuffer;

/**
 * What the elements of a tensor amount to.
 *
 * @param count of all elements
 * @param min of the finite ones; NaN where there is none, as are max and mean
 * @param nan how many are not a number
 * @param infinite how many are plus or minus infinity
 */
public record Statistics(long count, double min, double max, double mean, long nan, long infinite) {
  /**
   * Whether min, max, mean exist for this type: neither texts nor complex numbers have an order.
   */
  static boolean isDefinedFor(DType dtype) {
    return switch (dtype) {
      case COMPLEX32, COMPLEX64, COMPLEX128 -> false;
      default -> dtype.bytes() > 0;
    };
  }

  static Statistics none() {
    return new Statistics(0, Double.NaN, Double.NaN, Double.NaN, 0, 0);
  }

  /** Of the elements between {@code bytes}' position and its limit. */
  static Statistics of(DType dtype, ByteBuffer bytes) {
    int count = bytes.remaining() / dtype.bytes();
    long nan = 0;
    long infinite = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = 0, at = bytes.position(); i < count; i++, at += dtype.bytes()) {
      double value = ElementValue.real(bytes, at, dtype);
      if (Double.isNaN(value)) {
        nan++;
      } else if (Double.isInfinite(value)) {
        infinite++;
      } else {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
      }
    }
    long finite = count - nan - infinite;
    return finite == 0
        ? new Statistics(count, Double.NaN, Double.NaN, Double.NaN, nan, infinite)
        : new Statistics(count, min, max, sum / finite, nan, infinite);
  }

  /** Of both parts together. */
  Statistics and(Statistics other) {
    long here = count - nan - infinite;
    long there = other.count - other.nan - other.infinite;
    long all = count + other.count;
    long nans = nan + other.nan;
    long infinities = infinite + other.infinite;
    if (here == 0 || there == 0) {
      Statistics finite = here == 0 ? other : this;
      return new Statistics(all, finite.min, finite.max, finite.mean, nans, infinities);
    }
    double share = (double) there / (here + there);
    return new Statistics(
        all,
        Math.min(min, other.min),
        Math.max(max, other.max),
        mean + (other.mean - mean) * share,
        nans,
        infinities);
  }
}
