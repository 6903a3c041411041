package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** One tensor as blends of others: what its arithmetic comes to, however it is written. */
final class Blends {
  private static final Set<String> MERGES = Set.of("Merge", "RefMerge");
  private static final Set<String> SELECTS = Set.of("Select", "SelectV2");

  /** A choice doubles what a value may be; nobody writes as many as this into one update. */
  private static final int MOST_ALTERNATIVES = 32;

  /** A sum may name one tensor again and again; what takes more steps is no average. */
  private static final int MOST_STEPS = 10_000;

  private int steps;

  private Blends() {}

  /** What a tensor may be, by the flags that choose. */
  static List<Blend> of(Place place) {
    return new Blends().values(place, 0);
  }

  private List<Blend> values(Place place, int depth) {
    Place at = place.origin();
    Optional<Node> maker = at.maker();
    if (maker.isEmpty() || depth > Place.DEEPEST || ++steps > MOST_STEPS) {
      return List.of(Blend.of(at));
    }
    Node node = maker.get();
    List<Blend> values =
        switch (node.op()) {
          case "Const" -> number(node).<List<Blend>>map(List::of).orElse(List.of());
          case "Neg" ->
              values(at.input(node, 0), depth + 1).stream().map(v -> v.times(-1)).toList();
          case "Add", "AddV2" -> pairs(at, node, depth, b -> true, Blend::plus);
          case "Sub" -> pairs(at, node, depth, b -> true, (a, b) -> a.plus(b.times(-1)));
          case "Mul" ->
              Stream.concat(
                      pairs(at, node, depth, Blend::isNumber, (a, b) -> a.times(b.constant()))
                          .stream(),
                      numberTimes(at, node, depth))
                  .toList();
          default -> chosen(at, node, depth);
        };
    return values.isEmpty() || values.size() > MOST_ALTERNATIVES
        ? List.of(Blend.of(at))
        : values.stream().distinct().toList();
  }

  private List<Blend> pairs(
      Place at, Node node, int depth, Predicate<Blend> second, BinaryOperator<Blend> result) {
    List<Blend> right = values(at.input(node, 1), depth + 1).stream().filter(second).toList();
    return values(at.input(node, 0), depth + 1).stream()
        .flatMap(a -> right.stream().map(b -> result.apply(a, b)))
        .toList();
  }

  /** Two numbers are multiplied by the other rule. */
  private Stream<Blend> numberTimes(Place at, Node node, int depth) {
    List<Blend> right =
        values(at.input(node, 1), depth + 1).stream().filter(b -> !b.isNumber()).toList();
    return values(at.input(node, 0), depth + 1).stream()
        .filter(Blend::isNumber)
        .flatMap(a -> right.stream().map(b -> b.times(a.constant())));
  }

  private List<Blend> chosen(Place at, Node node, int depth) {
    if (MERGES.contains(node.op())) {
      return alternatives(node.inputs().stream().map(i -> new Place(at.frame(), i)), depth);
    }
    if (SELECTS.contains(node.op()) && node.inputs().size() == 3) {
      return alternatives(Stream.of(at.input(node, 1), at.input(node, 2)), depth);
    }
    if (Place.IFS.contains(node.op())) {
      return alternatives(
          at.frame()
              .branches(node)
              .filter(b -> at.endpoint().index() < b.results().size())
              .map(b -> b.results().get(at.endpoint().index())),
          depth);
    }
    // by stored statistics it gives out what it is given
    boolean isStored =
        MovingAverages.NORMS.contains(node.op())
            && node.hasAttr("is_training")
            && !node.boolAttr("is_training")
            && (at.endpoint().index() == 1 || at.endpoint().index() == 2);
    return isStored
        ? values(at.input(node, at.endpoint().index() + 2), depth + 1)
        : List.of(Blend.of(at));
  }

  private List<Blend> alternatives(Stream<Place> places, int depth) {
    return places.flatMap(p -> values(p, depth + 1).stream()).toList();
  }

  private static Optional<Blend> number(Node constant) {
    return Optional.ofNullable(constant.attrs().get("value"))
        .filter(Attr.Tensor.class::isInstance)
        .map(a -> ((Attr.Tensor) a).value())
        .filter(v -> v.dtype().isFloating() && v.shape().count() >= 1)
        .filter(v -> v.shape().count() == 1 || isFilled(v.doubles()))
        .map(v -> Blend.number((float) v.doubleAt(0)));
  }

  private static boolean isFilled(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }
}
