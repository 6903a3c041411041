package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/** Small whole numbers that a graph puts together, such as paddings, as far as they are known. */
record WholeNumbers(Nodes nodes) {
  private static final Set<String> OPAQUE = Set.of("FloorMod", "Mod");

  /**
   * An element: something that the graph computes, with a number added.
   *
   * @param of empty where it is the number alone
   */
  record Element(Optional<Endpoint> of, long added) {
    /** This one less another; empty where that depends on what the graph computes. */
    OptionalLong minus(Element other) {
      return of.equals(other.of) ? OptionalLong.of(added - other.added) : OptionalLong.empty();
    }
  }

  /** Row-major elements of a tensor. */
  private record Table(List<Long> shape, List<Element> elements) {}

  /** The elements, row-major; empty where an op in between is not understood. */
  Optional<List<Element>> of(Endpoint endpoint) {
    return table(endpoint).map(Table::elements);
  }

  private Optional<Table> table(Endpoint endpoint) {
    Endpoint at = LoopReading.origin(endpoint, nodes);
    Optional<TensorValue> known = nodes.constant(at);
    if (known.isPresent()) {
      List<Element> elements = new ArrayList<>();
      for (long value : known.get().longs()) {
        elements.add(new Element(Optional.empty(), value));
      }
      return Optional.of(new Table(known.get().shape().dims(), elements));
    }
    Node node = nodes.maker(at).orElse(null);
    if (node == null || at.index() != 0) {
      return Optional.empty();
    }
    if (node.op().equals("Pack") && node.intAttr("axis") == 0) {
      return packed(node);
    }
    if (node.op().equals("StridedSlice")) {
      return sliced(node);
    }
    if (Nodes.ADD.contains(node.op())) {
      return sum(node);
    }
    // by one number: what comes out has one element as well, whatever goes in
    boolean isOne =
        OPAQUE.contains(node.op())
            && nodes
                .constant(node.input(1))
                .filter(d -> d.shape().rank() == 1 && d.shape().count() == 1)
                .isPresent();
    return isOne
        ? Optional.of(new Table(List.of(1L), List.of(new Element(Optional.of(at), 0))))
        : Optional.empty();
  }

  private Optional<Table> packed(Node node) {
    List<Element> elements = new ArrayList<>();
    List<Long> shape = List.of();
    for (Endpoint input : node.inputs()) {
      Optional<Table> part = table(input);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      shape = part.get().shape();
      elements.addAll(part.get().elements());
    }
    List<Long> dims = new ArrayList<>(List.of((long) node.inputs().size()));
    dims.addAll(shape);
    return Optional.of(new Table(dims, elements));
  }

  private Optional<Table> sum(Node node) {
    Optional<Table> left = table(node.input(0));
    Optional<Table> right = table(node.input(1));
    if (left.isEmpty() || right.isEmpty() || !left.get().shape().equals(right.get().shape())) {
      return Optional.empty();
    }
    List<Element> sums = new ArrayList<>();
    for (int i = 0; i < left.get().elements().size(); i++) {
      Element one = left.get().elements().get(i);
      Element other = right.get().elements().get(i);
      if (one.of().isPresent() && other.of().isPresent()) {
        return Optional.empty();
      }
      sums.add(new Element(one.of().or(other::of), one.added() + other.added()));
    }
    return Optional.of(new Table(left.get().shape(), sums));
  }

  /** Places of the last axis that is cut; what stands before it is taken whole or at a place. */
  private Optional<Table> sliced(Node node) {
    Optional<Table> whole = table(node.input(0));
    Optional<TensorValue> begin = nodes.constant(node.input(1));
    Optional<TensorValue> end = nodes.constant(node.input(2));
    boolean isPlain =
        node.intAttr("new_axis_mask") == 0
            && node.intAttr("ellipsis_mask") == 0
            && nodes
                .constant(node.input(3))
                .filter(s -> java.util.Arrays.stream(s.longs()).allMatch(each -> each == 1))
                .isPresent();
    if (whole.isEmpty() || begin.isEmpty() || end.isEmpty() || !isPlain) {
      return Optional.empty();
    }
    Table table = whole.get();
    for (int axis = Math.toIntExact(begin.get().shape().count()) - 1; axis >= 0; axis--) {
      boolean isPlace = isSet(node, "shrink_axis_mask", axis);
      long extent = table.shape().get(axis);
      long from = isSet(node, "begin_mask", axis) ? 0 : begin.get().longAt(axis);
      long to =
          isPlace ? from + 1 : isSet(node, "end_mask", axis) ? extent : end.get().longAt(axis);
      if (from < 0 || to > extent || from >= to) {
        return Optional.empty();
      }
      table = cut(table, axis, from, to, isPlace);
    }
    return Optional.of(table);
  }

  private static boolean isSet(Node node, String mask, int axis) {
    return (node.intAttr(mask) >> axis & 1) == 1;
  }

  private static Table cut(Table table, int axis, long from, long to, boolean isPlace) {
    long inner =
        table.shape().subList(axis + 1, table.shape().size()).stream().reduce(1L, (a, b) -> a * b);
    long extent = table.shape().get(axis);
    List<Element> kept =
        IntStream.range(0, table.elements().size())
            .filter(i -> i / inner % extent >= from && i / inner % extent < to)
            .mapToObj(table.elements()::get)
            .toList();
    List<Long> shape = new ArrayList<>(table.shape());
    if (isPlace) {
      shape.remove(axis);
    } else {
      shape.set(axis, to - from);
    }
    return new Table(shape, kept);
  }
}
