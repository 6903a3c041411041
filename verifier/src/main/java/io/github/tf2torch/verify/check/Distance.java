package io.github.tf2torch.verify.check;

/**
 * How far the elements of one tensor are from a reference, over those that are finite in both.
 *
 * @param count of all elements
 * @param strangers elements that are NaN or infinite on one side and not the same on the other
 * @param largestAt the element with the largest difference, or the first stranger; -1 for none
 * @param reference the largest finite absolute value of the reference
 */
record Distance(
    long count,
    long strangers,
    int largestAt,
    double largest,
    double rms,
    double reference,
    double rmsReference) {

  /** Both in the same order. */
  static Distance between(double[] reference, double[] other) {
    if (reference.length != other.length) {
      throw new IllegalArgumentException(reference.length + " and " + other.length + " elements");
    }
    long strangers = 0;
    int firstStranger = -1;
    int largestAt = -1;
    double largest = 0;
    double squares = 0;
    double top = 0;
    double topSquares = 0;
    for (int i = 0; i < reference.length; i++) {
      double expected = reference[i];
      double difference = Math.abs(expected - other[i]);
      if (difference <= Double.MAX_VALUE) {
        squares += difference * difference;
        if (difference > largest) {
          largest = difference;
          largestAt = i;
        }
      } else if (Double.compare(expected, other[i]) != 0) {
        strangers++;
        firstStranger = firstStranger < 0 ? i : firstStranger;
      }
      double size = Math.abs(expected);
      if (size <= Double.MAX_VALUE) {
        topSquares += size * size;
        top = Math.max(top, size);
      }
    }
    double n = Math.max(1, reference.length);
    return new Distance(
        reference.length,
        strangers,
        firstStranger < 0 ? largestAt : firstStranger,
        largest,
        Math.sqrt(squares / n),
        top,
        Math.sqrt(topSquares / n));
  }

  /** The largest difference in units of the reference's largest value. */
  double relative() {
    return largest == 0 ? 0 : largest / reference;
  }
}
