package io.github.tf2torch.diff;

/**
 * A largest value and the element that has it, counted row-major; -1 where there is none.
 *
 * @param value of ULPs, too: exact up to 2^53
 */
public record Extreme(double value, long element) {
  static Extreme none() {
    return new Extreme(0, -1);
  }

  Extreme or(double other, long at) {
    return other > value ? new Extreme(other, at) : this;
  }
}
