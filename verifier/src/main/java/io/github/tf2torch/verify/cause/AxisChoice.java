package io.github.tf2torch.verify.cause;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Along which axes a window is padded otherwise. SAME goes by each extent: of 17 by 24 pixels it
 * pads one axis evenly and the other not.
 */
final class AxisChoice {
  private AxisChoice() {}

  /** Every choice of some of them, all of them first. */
  static List<Set<Integer>> of(int axes) {
    List<Set<Integer>> all = new ArrayList<>();
    for (int bits = 1; bits < 1 << axes; bits++) {
      Set<Integer> some = new TreeSet<>();
      for (int axis = 0; axis < axes; axis++) {
        if ((bits >> axis & 1) == 1) {
          some.add(axis);
        }
      }
      all.add(some);
    }
    all.sort(Comparator.comparing((Set<Integer> some) -> some.size()).reversed());
    return all;
  }
}
