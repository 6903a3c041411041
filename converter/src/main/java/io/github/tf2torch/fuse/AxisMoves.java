package io.github.tf2torch.fuse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An order that a tensor's axes are put into, also where only the last two are known to change
 * places.
 *
 * @param axes as {@code Transpose} takes them; empty where the number of axes is not known
 * @param isTurned whether the last two change places after that
 */
record AxisMoves(List<Integer> axes, boolean isTurned) {
  static final AxisMoves NONE = new AxisMoves(List.of(), false);

  AxisMoves {
    axes = List.copyOf(axes);
  }

  static AxisMoves of(List<Integer> axes) {
    return new AxisMoves(axes, false);
  }

  static AxisMoves turnedIf(boolean isTurned) {
    return new AxisMoves(List.of(), isTurned);
  }

  AxisMoves turned() {
    return then(turnedIf(true));
  }

  AxisMoves then(AxisMoves next) {
    if (axes.isEmpty() && next.axes.isEmpty()) {
      return turnedIf(isTurned != next.isTurned);
    }
    int rank = Math.max(axes.size(), next.axes.size());
    List<Integer> first = of(rank);
    return of(next.of(rank).stream().map(first::get).toList());
  }

  boolean isNone() {
    return axes.isEmpty() ? !isTurned : of(axes.size()).equals(iota(axes.size()));
  }

  /** As {@code Transpose} takes them; empty where the number of axes would have to be known. */
  Optional<List<Integer>> order() {
    return axes.isEmpty() && isTurned ? Optional.empty() : Optional.of(of(axes.size()));
  }

  private List<Integer> of(int rank) {
    List<Integer> order = new ArrayList<>(axes.isEmpty() ? iota(rank) : axes);
    if (isTurned) {
      Collections.swap(order, rank - 2, rank - 1);
    }
    return order;
  }

  private static List<Integer> iota(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }
}
