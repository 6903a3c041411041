package io.github.tf2torch.verify.report;

import java.util.Locale;

/** Numbers as the page shows them. */
final class Numbers {
  private Numbers() {}

  /** Two digits; empty where nothing was measured. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    if (Double.isInfinite(value)) {
      return "∞";
    }
    return value == 0 ? "0" : plain(String.format(Locale.ROOT, "%.1e", value));
  }

  /** A bound, such as {@code 1e-5}. */
  static String bound(double value) {
    return text(value).replace(".0e", "e");
  }

  /** Without the sign and the zeros of an exponent that say nothing. */
  private static String plain(String number) {
    return number.replaceFirst("e([-+])0*(?=\\d)", "e$1").replace("e+", "e");
  }

  /** A sentence whose numbers are written as those of the tables. */
  static String inText(String sentence) {
    return sentence.replaceAll("(?<=\\d)e([-+])0+(?=\\d)", "e$1").replaceAll("(?<=\\d)e\\+", "e");
  }

  /** A ratio of a few units. */
  static String ratio(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    return plain(String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0e", value));
  }

  /** Such as {@code 1 tensor} and {@code 2 tensors}. */
  static String count(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }

  /** As a script sorts it; empty where nothing was measured. */
  static String sortable(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }
}
