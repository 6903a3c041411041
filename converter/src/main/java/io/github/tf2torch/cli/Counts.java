package io.github.tf2torch.cli;

/**
 * Numbers in a summary. Not by a format: for a comma, Java's formatter reads what it knows of the
 * world's languages, which takes as long as a small conversion.
 */
final class Counts {
  private static final int GROUP = 3;

  private Counts() {}

  /** {@code 1,234,567}. */
  static String grouped(long count) {
    StringBuilder text = new StringBuilder().append(count);
    int first = count < 0 ? 1 : 0;
    for (int at = text.length() - GROUP; at > first; at -= GROUP) {
      text.insert(at, ',');
    }
    return text.toString();
  }

  /** {@code 1 tensor}, {@code 2 tensors}. */
  static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
