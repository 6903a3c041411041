package io.github.tf2torch.inspect;

import java.util.Locale;

/** Sizes as people read them, in powers of 1000. */
final class ByteCount {
  private ByteCount() {}

  static String of(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    int unit = 0;
    while (value >= 999.5) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 9.995 ? "%.2f %s" : "%.1f %s", value, units[unit]);
  }
}
