package io.github.tf2torch.tensor;

/**
 * Stretches of equal length and distance, such as a range of columns of a matrix; all in bytes.
 *
 * @param offset of the first
 * @param step from the beginning of one to the next
 * @param length of each
 * @param targetStep from one to the next where they are read to
 */
public record Runs(long offset, long step, int length, int count, int targetStep) {
  public Runs {
    if (count < 1 || length < 1 || step < length || targetStep < length) {
      throw new IllegalArgumentException(
          count + " runs of " + length + " bytes, " + step + " and " + targetStep + " apart");
    }
  }

  /** Where the last one begins. */
  public long lastOffset() {
    return offset + (count - 1) * step;
  }
}
