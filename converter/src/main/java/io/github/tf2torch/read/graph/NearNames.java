package io.github.tf2torch.read.graph;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which of a graph's names were perhaps meant by one that it does not have. */
final class NearNames {
  private static final int MOST_SHOWN = 4;

  /** Longer names are told apart by their beginnings; the distance is quadratic in the length. */
  private static final int MOST_COMPARED = 200;

  private final Collection<String> names;

  NearNames(Collection<String> names) {
    this.names = names;
  }

  /** Few, the nearest first; none where nothing is like it. */
  List<String> to(String wanted) {
    record Near(String name, int distance) {}
    return names.stream()
        .map(n -> new Near(n, distance(wanted, n)))
        .filter(n -> n.distance() <= Math.max(2, wanted.length() / 3))
        .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
        .limit(MOST_SHOWN)
        .map(Near::name)
        .toList();
  }

  /** One scope more or less, or another case, is nearer than another word. */
  private static int distance(String wanted, String name) {
    String a = wanted.toLowerCase(Locale.ROOT);
    String b = name.toLowerCase(Locale.ROOT);
    if (b.endsWith("/" + a) || a.endsWith("/" + b) || b.startsWith(a + "/")) {
      return 1;
    }
    return edits(clipped(a), clipped(b));
  }

  private static String clipped(String text) {
    return text.substring(0, Math.min(text.length(), MOST_COMPARED));
  }

  /** Letters inserted, removed or replaced (Levenshtein 1966). */
  private static int edits(String a, String b) {
    int[] before = new int[b.length() + 1];
    java.util.Arrays.setAll(before, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(before[j], row[j - 1]) + 1);
      }
      before = row;
    }
    return before[b.length()];
  }
}
