package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.rules.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a reshape's axes go over into each other: each group of source axes is the same elements as a
 * group of target axes. Axes of one are in no group.
 */
record Regrouping(List<Group> groups) {

  record Group(List<Integer> from, List<Integer> to) {}

  /**
   * The groups; empty where they can't be told because more than one extent is unknown.
   *
   * @param target the resolved extents, -1 where unknown
   */
  static Optional<Regrouping> of(List<Long> source, List<Long> target) {
    long sourceUnknown = source.stream().filter(e -> e < 0).count();
    long targetUnknown = target.stream().filter(e -> e < 0).count();
    if (sourceUnknown != targetUnknown || sourceUnknown > 1 || source.contains(0L)) {
      return Optional.empty();
    }
    if (product(source) != product(target)) {
      return Optional.empty();
    }
    List<Integer> from = significant(source);
    List<Integer> to = significant(target);
    List<Group> groups = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < from.size() && j < to.size()) {
      int firstFrom = i;
      int firstTo = j;
      // -1 stands for the one unknown extent on both sides, so the magnitudes tell the rest
      long left = source.get(from.get(i++));
      long right = target.get(to.get(j++));
      while (left != right) {
        boolean takeLeft =
            Math.abs(left) != Math.abs(right) ? Math.abs(left) < Math.abs(right) : left > 0;
        if (takeLeft ? i == from.size() : j == to.size()) {
          return Optional.empty();
        }
        if (takeLeft) {
          left *= source.get(from.get(i++));
        } else {
          right *= target.get(to.get(j++));
        }
      }
      groups.add(new Group(from.subList(firstFrom, i), to.subList(firstTo, j)));
    }
    return i == from.size() && j == to.size()
        ? Optional.of(new Regrouping(List.copyOf(groups)))
        : Optional.empty();
  }

  /** Groups of one axis each, for a change that only adds or drops axes of one. */
  static Regrouping identity(List<Integer> from, List<Integer> to) {
    return new Regrouping(
        IntStream.range(0, from.size())
            .mapToObj(i -> new Group(List.of(from.get(i)), List.of(to.get(i))))
            .toList());
  }

  static long product(List<Long> extents) {
    return extents.stream().filter(e -> e >= 0).reduce(1L, Math::multiplyExact);
  }

  private static List<Integer> significant(List<Long> extents) {
    return IntStream.range(0, extents.size()).filter(i -> extents.get(i) != 1).boxed().toList();
  }

  /**
   * The groups in the order in which the value holds them; empty where the axes of one are torn
   * apart.
   */
  Optional<List<Group>> heldIn(TensorType type) {
    List<Group> held = new ArrayList<>();
    List<Integer> axes =
        type.order().axes().stream()
            .filter(a -> groups.stream().anyMatch(g -> g.from().contains(a)))
            .toList();
    int i = 0;
    while (i < axes.size()) {
      int axis = axes.get(i);
      Group group = groups.stream().filter(g -> g.from().contains(axis)).findFirst().orElseThrow();
      int end = i + group.from().size();
      if (end > axes.size() || !group.from().containsAll(axes.subList(i, end))) {
        return Optional.empty();
      }
      held.add(group);
      i = end;
    }
    return Optional.of(held);
  }

  /** The group's source axes as the value holds them. */
  static List<Integer> heldAxes(Group group, TensorType type) {
    return type.order().axes().stream().filter(group.from()::contains).toList();
  }

  /**
   * An order of all axes that holds the significant ones in this sequence. Axes of one go where
   * they make the order a usual one: channels-first for four axes, else TensorFlow's.
   */
  static AxisOrder order(int rank, List<Integer> sequence) {
    AxisOrder identity = AxisOrder.identity(rank);
    List<AxisOrder> usual =
        rank == 4 ? List.of(AxisOrder.channelsFirst(4), identity) : List.of(identity);
    for (AxisOrder candidate : usual) {
      if (candidate.axes().stream().filter(sequence::contains).toList().equals(sequence)) {
        return candidate;
      }
    }
    if (rank > 2) {
      AxisOrder candidate = AxisOrder.channelsFirst(rank);
      if (candidate.axes().stream().filter(sequence::contains).toList().equals(sequence)) {
        return candidate;
      }
    }
    List<Integer> axes = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      axes.add(sequence.contains(axis) ? sequence.get(next++) : axis);
    }
    return new AxisOrder(axes);
  }
}
