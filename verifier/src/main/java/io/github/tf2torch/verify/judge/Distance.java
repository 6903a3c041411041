package io.github.tf2torch.verify.judge;

/**
 * How far the elements of one tensor are from a reference, over those that are finite in both.
 *
 * @param count of all elements
 * @param strangers elements that are NaN or infinite on one side and not the same on the other
 * @param largestAt the element with the largest difference, or the first stranger; -1 for none
 * @param reference the largest finite absolute value of the reference
 */
public record Distance(
    long count,
    long strangers,
    int largestAt,
    double largest,
    double rms,
    double reference,
    double rmsReference) {

  /** The largest difference in units of the reference's largest value. */
  public double relative() {
    return largest == 0 ? 0 : largest / reference;
  }

  /** Gathers a distance block by block, in any order of blocks. */
  static final class Sum {
    private long count;
    private long strangers;
    private int firstStranger = Integer.MAX_VALUE;
    private int largestAt = Integer.MAX_VALUE;
    private double largest;
    private double squares;
    private double reference;
    private double squaresReference;

    /** Adds the first elements of both. */
    void add(double[] expected, double[] found, HeldOrder.Block block) {
      int n = block.count();
      count += n;
      double sum = 0;
      double sumReference = 0;
      double top = 0;
      double topReference = 0;
      for (int i = 0; i < n; i++) {
        double difference = Math.abs(expected[i] - found[i]);
        double size = Math.abs(expected[i]);
        sum += difference * difference;
        sumReference += size * size;
        top = difference > top ? difference : top;
        topReference = size > topReference ? size : topReference;
      }
      if (!(sum + sumReference <= Double.MAX_VALUE)) {
        addWithStrangers(expected, found, block);
        return;
      }
      squares += sum;
      squaresReference += sumReference;
      reference = Math.max(reference, topReference);
      if (top > 0 && top >= largest) {
        locate(top, expected, found, block);
      }
    }

    /** The slow way, for a block in which a value or a square of one is not finite. */
    private void addWithStrangers(double[] expected, double[] found, HeldOrder.Block block) {
      double top = 0;
      for (int i = 0; i < block.count(); i++) {
        double difference = Math.abs(expected[i] - found[i]);
        double size = Math.abs(expected[i]);
        if (difference <= Double.MAX_VALUE) {
          squares += difference * difference;
          top = Math.max(top, difference);
        } else if (Double.compare(expected[i], found[i]) != 0) {
          strangers++;
          firstStranger = Math.min(firstStranger, block.index(i));
        }
        if (size <= Double.MAX_VALUE) {
          squaresReference += size * size;
          reference = Math.max(reference, size);
        }
      }
      if (top > 0 && top >= largest) {
        locate(top, expected, found, block);
      }
    }

    /** Of elements that are equally far, the first in TensorFlow's order counts. */
    private void locate(double top, double[] expected, double[] found, HeldOrder.Block block) {
      int at = 0;
      while (Math.abs(expected[at] - found[at]) != top) {
        at++;
      }
      int index = block.index(at);
      largestAt = top > largest ? index : Math.min(largestAt, index);
      largest = top;
    }

    Distance distance() {
      double n = Math.max(1, count);
      int at = strangers > 0 ? firstStranger : largestAt;
      return new Distance(
          count,
          strangers,
          at == Integer.MAX_VALUE ? -1 : at,
          largest,
          Math.sqrt(squares / n),
          reference,
          Math.sqrt(squaresReference / n));
    }
  }
}
