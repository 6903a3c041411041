package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The variables of a training graph that follow what is computed from the batch: {@code v -= (v -
 * batch) * share}, {@code v = v * (1 - share) + batch * share}, in whatever words, and whether or
 * not the flag that it trains chooses between that and nothing.
 */
final class MovingAverages {
  private static final Set<String> HOLDERS =
      Set.of("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable");
  private static final Set<String> PASSES =
      Set.of(
          "Identity",
          "ReadVariableOp",
          "RefIdentity",
          "Snapshot",
          "StopGradient",
          "Cast",
          "Switch",
          "RefSwitch");
  private static final Set<String> MERGES = Set.of("Merge", "RefMerge");
  private static final Set<String> IFS = Set.of("If", "StatelessIf");
  private static final Set<String> SELECTS = Set.of("Select", "SelectV2");
  private static final Set<String> NORMS =
      Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");

  /** A choice doubles what a value may be; nobody writes as many as this into one update. */
  private static final int MOST_ALTERNATIVES = 32;

  private static final int DEEPEST = 64;

  /** A sum may name one tensor again and again; what takes more steps is no average. */
  private static final int MOST_STEPS = 10_000;

  private static final float ROUNDING = 1e-5f;

  /** A graph, or a branch with what its arguments are outside. One is equal to itself alone. */
  private record Frame(Map<String, Node> nodes, Map<String, Place> arguments) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private record Place(Frame frame, Endpoint endpoint) {
    Optional<Node> maker() {
      return Optional.ofNullable(frame.nodes().get(endpoint.node()));
    }

    Place input(Node node, int index) {
      return new Place(frame, node.input(index));
    }
  }

  /**
   * How a variable follows the batch.
   *
   * @param share of the batch in the new value
   * @param batch what it follows; empty where that is computed in a branch
   * @param isSample whether it is the variance of a sample, which Bessel's correction makes larger
   *     than that of the batch: what TensorFlow's own fused operation gives
   */
  record Average(float share, Optional<Endpoint> batch, boolean isSample) {}

  private final Map<String, Graph.Function> functions;
  private final Map<String, Set<Average>> found = new LinkedHashMap<>();
  private int steps;

  private MovingAverages(Graph graph) {
    functions = graph.functions();
    Frame top = new Frame(graph.byName(), Map.of());
    visit(top, true, 0);
  }

  /** Node that holds a variable → how the variable moves; those that move in two ways are out. */
  static Map<String, Average> of(Graph graph) {
    Map<String, Average> all = new LinkedHashMap<>();
    new MovingAverages(graph)
        .found.forEach(
            (holder, ways) -> {
              if (ways.size() == 1) {
                all.put(holder, ways.iterator().next());
              }
            });
    return all;
  }

  private void visit(Frame frame, boolean isTop, int depth) {
    for (Node node : frame.nodes().values()) {
      if (node.op().startsWith("Assign") && node.inputs().size() > 1) {
        update(node, frame, isTop);
      }
      if (IFS.contains(node.op()) && depth < DEEPEST) {
        for (String attr : List.of("then_branch", "else_branch")) {
          branch(node, attr, frame).ifPresent(b -> visit(b.frame(), false, depth + 1));
        }
      }
    }
  }

  private record Entered(Frame frame, List<Endpoint> results) {}

  private Optional<Entered> branch(Node node, String attr, Frame frame) {
    return Optional.ofNullable(node.attrs().get(attr))
        .filter(Attr.Function.class::isInstance)
        .map(a -> functions.get(((Attr.Function) a).name()))
        .map(
            function -> {
              Map<String, Place> arguments = new HashMap<>();
              for (int i = 0;
                  i < function.arguments().size() && i + 1 < node.inputs().size();
                  i++) {
                arguments.put(function.arguments().get(i), new Place(frame, node.input(i + 1)));
              }
              return new Entered(
                  new Frame(function.body().byName(), arguments), function.results());
            });
  }

  private void update(Node assign, Frame frame, boolean isTop) {
    Place target = origin(new Place(frame, assign.input(0)));
    Optional<Node> holder = target.maker().filter(n -> HOLDERS.contains(n.op()));
    if (holder.isEmpty()) {
      return;
    }
    steps = 0;
    for (Blend<Place> value : values(new Place(frame, assign.input(1)), 0)) {
      Blend<Place> changed =
          assign.op().startsWith("AssignSub")
              ? Blend.of(target).plus(value.times(-1))
              : assign.op().startsWith("AssignAdd") ? Blend.of(target).plus(value) : value;
      average(changed, target, isTop)
          .ifPresent(a -> found.computeIfAbsent(holder.get().name(), h -> new HashSet<>()).add(a));
    }
  }

  /** Empty where nothing changes, or something else than an average is made. */
  private Optional<Average> average(Blend<Place> changed, Place target, boolean isTop) {
    Optional<Float> old = Optional.ofNullable(changed.shares().get(target));
    if (old.isEmpty() || changed.shares().size() != 2 || changed.constant() != 0) {
      return Optional.empty();
    }
    return changed.shares().entrySet().stream()
        .filter(e -> !e.getKey().equals(target) && !isHolder(e.getKey()))
        .filter(e -> e.getValue() > 0 && e.getValue() < 1)
        .filter(e -> Math.abs(old.get() + e.getValue() - 1) < ROUNDING)
        .map(
            e ->
                new Average(
                    e.getValue(),
                    isTop ? Optional.of(e.getKey().endpoint()) : Optional.empty(),
                    isSample(e.getKey())))
        .findFirst();
  }

  /** An average of a variable follows no batch. */
  private static boolean isHolder(Place place) {
    return place.maker().filter(n -> HOLDERS.contains(n.op())).isPresent();
  }

  private static boolean isSample(Place batch) {
    Place at = batch;
    for (int i = 0; i < DEEPEST; i++) {
      Optional<Node> maker = at.maker();
      if (maker.filter(n -> NORMS.contains(n.op())).isPresent()) {
        return true;
      }
      if (maker.filter(n -> Set.of("Squeeze", "Reshape").contains(n.op())).isEmpty()) {
        return false;
      }
      at = origin(at.input(maker.get(), 0));
    }
    return false;
  }

  /** Behind what gives on what it is given, and outside of branches. */
  private static Place origin(Place place) {
    Place at = place;
    for (int i = 0; i < DEEPEST; i++) {
      Place outside = at.frame().arguments().get(at.endpoint().node());
      Place here = at;
      Place next =
          outside != null
              ? outside
              : at.maker()
                  .filter(n -> PASSES.contains(n.op()) && !n.inputs().isEmpty())
                  .map(n -> here.input(n, 0))
                  .orElse(at);
      if (next.equals(at)) {
        return at;
      }
      at = next;
    }
    return at;
  }

  /** What a tensor may be, by the flags that choose. */
  private List<Blend<Place>> values(Place place, int depth) {
    Place at = origin(place);
    Optional<Node> maker = at.maker();
    if (maker.isEmpty() || depth > DEEPEST || ++steps > MOST_STEPS) {
      return List.of(Blend.of(at));
    }
    Node node = maker.get();
    List<Blend<Place>> values =
        switch (node.op()) {
          case "Const" -> number(node).<List<Blend<Place>>>map(List::of).orElse(List.of());
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

  private List<Blend<Place>> pairs(
      Place at,
      Node node,
      int depth,
      Predicate<Blend<Place>> second,
      BinaryOperator<Blend<Place>> result) {
    List<Blend<Place>> right =
        values(at.input(node, 1), depth + 1).stream().filter(second).toList();
    return values(at.input(node, 0), depth + 1).stream()
        .flatMap(a -> right.stream().map(b -> result.apply(a, b)))
        .toList();
  }

  /** Two numbers are multiplied by the other rule. */
  private Stream<Blend<Place>> numberTimes(Place at, Node node, int depth) {
    List<Blend<Place>> right =
        values(at.input(node, 1), depth + 1).stream().filter(b -> !b.isNumber()).toList();
    return values(at.input(node, 0), depth + 1).stream()
        .filter(Blend::isNumber)
        .flatMap(a -> right.stream().map(b -> b.times(a.constant())));
  }

  private List<Blend<Place>> chosen(Place at, Node node, int depth) {
    if (MERGES.contains(node.op())) {
      return alternatives(node.inputs().stream().map(i -> new Place(at.frame(), i)), depth);
    }
    if (SELECTS.contains(node.op()) && node.inputs().size() == 3) {
      return alternatives(Stream.of(at.input(node, 1), at.input(node, 2)), depth);
    }
    if (IFS.contains(node.op())) {
      return alternatives(
          Stream.of("then_branch", "else_branch")
              .flatMap(attr -> branch(node, attr, at.frame()).stream())
              .filter(b -> at.endpoint().index() < b.results().size())
              .map(b -> new Place(b.frame(), b.results().get(at.endpoint().index()))),
          depth);
    }
    // by stored statistics it gives out what it is given
    boolean isStored =
        NORMS.contains(node.op())
            && node.hasAttr("is_training")
            && !node.boolAttr("is_training")
            && (at.endpoint().index() == 1 || at.endpoint().index() == 2);
    return isStored
        ? values(at.input(node, at.endpoint().index() + 2), depth + 1)
        : List.of(Blend.of(at));
  }

  private List<Blend<Place>> alternatives(Stream<Place> places, int depth) {
    return places.flatMap(p -> values(p, depth + 1).stream()).toList();
  }

  private static Optional<Blend<Place>> number(Node constant) {
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
