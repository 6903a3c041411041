package io.github.tf2torch.diff;

/**
 * How the elements of two tensors of one shape differ.
 *
 * @param differing elements that are not the same number; both zeros are, and so are all NaNs
 * @param beyond those of them that no tolerance covers, misplaced NaNs and infinities included
 * @param misplaced elements that are NaN or infinite on one side and not the same on the other;
 *     {@code value} counts them, {@code element} is the first
 * @param largest difference of elements that are finite on both sides
 * @param relative to the larger of the two
 * @param ulps steps of the type from one to the other; 0 where the types differ or are whole
 * @param isIdentical whether the bytes are the same
 */
public record ValueDifference(
    long differing,
    long beyond,
    Extreme misplaced,
    Extreme largest,
    Extreme relative,
    Extreme ulps,
    boolean isIdentical) {
  static ValueDifference identical() {
    Extreme none = Extreme.none();
    return new ValueDifference(0, 0, none, none, none, none, true);
  }
}
