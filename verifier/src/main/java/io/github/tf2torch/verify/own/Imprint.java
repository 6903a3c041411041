package io.github.tf2torch.verify.own;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.TensorView;

/** What of a float64 tensor stays the same in every order of its axes. */
record Imprint(long count, double sum, double squares, double largest) {
  private static final double NEAR = 1e-7;

  static Imprint of(TensorView view) {
    if (view.dtype() != DType.FLOAT64) {
      return new Imprint(view.shape().count(), Double.NaN, Double.NaN, Double.NaN);
    }
    double sum = 0;
    double squares = 0;
    double largest = 0;
    var values = view.bytes().order(java.nio.ByteOrder.nativeOrder()).asDoubleBuffer();
    while (values.hasRemaining()) {
      double value = values.get();
      if (Math.abs(value) <= Double.MAX_VALUE) {
        sum += value;
        squares += value * value;
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return new Imprint(view.shape().count(), sum, squares, largest);
  }

  /** Whether both may be the same tensor, but for rounding. */
  boolean isNear(Imprint other) {
    return count == other.count
        && Math.abs(squares - other.squares) <= NEAR * Math.max(squares, other.squares)
        && Math.abs(largest - other.largest) <= NEAR * Math.max(largest, other.largest)
        && Math.abs(sum - other.sum) <= NEAR * Math.sqrt(count * Math.max(squares, other.squares));
  }
}
