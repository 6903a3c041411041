package io.github.tf2torch.fuse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The extents that an operation's result has. Axes count from the end where negative. */
final class Extents {
  private Extents() {}

  static List<Long> reshaped(List<Long> from, long[] to) {
    long count = from.stream().reduce(1L, Math::multiplyExact);
    long known = Arrays.stream(to).filter(d -> d >= 0).reduce(1L, Math::multiplyExact);
    return Arrays.stream(to).map(d -> d >= 0 || known == 0 ? d : count / known).boxed().toList();
  }

  /** Without the axes given, or without all of extent 1 where none is given. */
  static List<Long> squeezed(List<Long> from, List<Long> axes) {
    List<Long> out = new ArrayList<>();
    for (int axis = 0; axis < from.size(); axis++) {
      boolean named = axes.contains((long) axis) || axes.contains((long) axis - from.size());
      if (axes.isEmpty() ? from.get(axis) != 1 : !named) {
        out.add(from.get(axis));
      }
    }
    return out;
  }

  static List<Long> expanded(List<Long> from, long axis) {
    List<Long> out = new ArrayList<>(from);
    out.add(Math.toIntExact(axis < 0 ? axis + from.size() + 1 : axis), 1L);
    return out;
  }

  static List<Long> permuted(List<Long> from, long[] order) {
    return Arrays.stream(order).mapToObj(axis -> from.get(Math.toIntExact(axis))).toList();
  }
}
