package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.RuleSet;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What of a step's body is a weight, and what is {@link Affine} in the item and a state. */
final class StepReading {
  private static final Set<String> SUMS = Set.of("Add", "AddV2", "BiasAdd");

  private final Map<String, Node> nodes;
  private final Endpoint item;
  private final Endpoint state;
  private final Map<Endpoint, TensorExpr> weights = new HashMap<>();
  private final Map<Endpoint, Affine> affines = new HashMap<>();

  /**
   * Reads a body.
   *
   * @param weight what a node holds that computes nothing
   * @param state that the kernels take
   */
  StepReading(
      Graph body,
      RuleSet rules,
      Function<Node, Optional<Value>> weight,
      Endpoint item,
      Endpoint state) {
    this.nodes = body.byName();
    this.item = item;
    this.state = state;
    StepProgram scratch = new StepProgram();
    for (Node node : body.nodes()) {
      if (!hold(node, weight.apply(node)) && !compute(node, rules, scratch)) {
        read(node);
      }
    }
  }

  private boolean hold(Node node, Optional<Value> value) {
    value
        .filter(Value.Weight.class::isInstance)
        .ifPresent(v -> weights.put(node.output(0), ((Value.Weight) v).recipe()));
    return value.isPresent();
  }

  /** Whether all that a node takes are weights; then what it makes may be some, too. */
  private boolean compute(Node node, RuleSet rules, StepProgram scratch) {
    List<Value> given = new ArrayList<>();
    for (Endpoint input : node.inputs()) {
      TensorExpr known = weights.get(origin(input));
      if (known == null) {
        return false;
      }
      given.add(new Value.Weight(known));
    }
    if (given.isEmpty() || rules.rule(node.op()).isEmpty()) {
      return false;
    }
    NodeContext context = new NodeContext(node, given, scratch, List.of(), i -> true);
    try {
      rules.rule(node.op()).get().translate(node, context);
    } catch (NoTranslation e) {
      return false;
    }
    context
        .outputs()
        .forEach(
            (index, value) -> {
              if (value instanceof Value.Weight w) {
                weights.put(node.output(index), w.recipe());
              }
            });
    return true;
  }

  private void read(Node node) {
    if (SUMS.contains(node.op())) {
      sum(node).ifPresent(a -> affines.put(node.output(0), a));
    } else if (node.op().equals("MatMul")) {
      product(node).ifPresent(a -> affines.put(node.output(0), a));
    } else if (node.op().equals("Split")) {
      split(node);
    } else if (node.op().equals("StridedSlice")) {
      slice(node).ifPresent(a -> affines.put(node.output(0), a));
    }
  }

  private Optional<Affine> sum(Node node) {
    Endpoint left = origin(node.input(0));
    Endpoint right = origin(node.input(1));
    if (affines.containsKey(left) && affines.containsKey(right)) {
      return affines.get(left).plus(affines.get(right));
    }
    Affine affine = affines.getOrDefault(left, affines.get(right));
    TensorExpr bias = weights.getOrDefault(right, weights.get(left));
    return affine == null || bias == null ? Optional.empty() : affine.plus(bias);
  }

  private Optional<Affine> product(Node node) {
    TensorExpr kernel = weights.get(origin(node.input(1)));
    if (kernel == null
        || kernel.shape().rank() != 2
        || isSet(node, "transpose_a")
        || isSet(node, "transpose_b")) {
      return Optional.empty();
    }
    Optional<Affine> product = product(origin(node.input(0)), kernel);
    if (product.isEmpty() || node.inputs().size() == 2) {
      return product;
    }
    TensorExpr bias = weights.get(origin(node.input(2)));
    return bias == null ? Optional.empty() : product.get().plus(bias);
  }

  private Optional<Affine> product(Endpoint argument, TensorExpr kernel) {
    long width = kernel.shape().dim(1);
    Optional<Affine.Columns> columns = Optional.of(Affine.Columns.of(kernel));
    if (argument.equals(item)) {
      return Optional.of(new Affine(columns, Optional.empty(), List.of(), width));
    }
    if (argument.equals(state)) {
      return Optional.of(new Affine(Optional.empty(), columns, List.of(), width));
    }
    Node joined = nodes.get(argument.node());
    if (joined == null || !joined.op().equals("ConcatV2") || joined.inputs().size() != 3) {
      return Optional.empty();
    }
    boolean isAlongColumns = isAxisOne(weights.get(origin(joined.input(2))));
    boolean isInOrder =
        origin(joined.input(0)).equals(item) && origin(joined.input(1)).equals(state);
    return isAlongColumns && isInOrder
        ? Optional.of(
            new Affine(
                Optional.of(Affine.Columns.of(kernel, Affine.Rows.OF_INPUT)),
                Optional.of(Affine.Columns.of(kernel, Affine.Rows.OF_STATE)),
                List.of(),
                width))
        : Optional.empty();
  }

  private void split(Node node) {
    Affine whole = affines.get(origin(node.input(1)));
    long count = node.intAttr("num_split");
    if (whole == null
        || !isAxisOne(weights.get(origin(node.input(0))))
        || whole.width() % count != 0) {
      return;
    }
    long width = whole.width() / count;
    for (int i = 0; i < count; i++) {
      affines.put(node.output(i), whole.part(i * width, width));
    }
  }

  /** {@code [:, begin:end]}. */
  private Optional<Affine> slice(Node node) {
    Affine whole = affines.get(origin(node.input(0)));
    TensorExpr[] places = new TensorExpr[3];
    for (int i = 0; i < 3; i++) {
      places[i] = weights.get(origin(node.input(i + 1)));
      if (!(places[i] instanceof TensorExpr.Constant) || !places[i].shape().equals(Shape.of(2))) {
        return Optional.empty();
      }
    }
    boolean isOfColumns =
        (node.intAttr("begin_mask") & 1) == 1
            && (node.intAttr("end_mask") & 1) == 1
            && node.intAttr("shrink_axis_mask") == 0
            && node.intAttr("new_axis_mask") == 0
            && node.intAttr("ellipsis_mask") == 0
            && longAt(places[2], 0) == 1
            && longAt(places[2], 1) == 1;
    if (whole == null || !isOfColumns) {
      return Optional.empty();
    }
    long begin = (node.intAttr("begin_mask") & 2) == 2 ? 0 : longAt(places[0], 1);
    long end = (node.intAttr("end_mask") & 2) == 2 ? whole.width() : longAt(places[1], 1);
    return begin < 0 || end <= begin || end > whole.width()
        ? Optional.empty()
        : Optional.of(whole.part(begin, end - begin));
  }

  private static long longAt(TensorExpr constant, int index) {
    return ((TensorExpr.Constant) constant).value().longAt(index);
  }

  private static boolean isAxisOne(TensorExpr axis) {
    return axis instanceof TensorExpr.Constant c
        && c.shape().count() == 1
        && (c.value().longAt(0) == 1 || c.value().longAt(0) == -1);
  }

  private static boolean isSet(Node node, String attr) {
    return node.attrs().get(attr) instanceof Attr.Bool b && b.value();
  }

  /** What comes out here unchanged. */
  Endpoint origin(Endpoint endpoint) {
    Endpoint at = endpoint;
    Node node = nodes.get(at.node());
    while (node != null && at.index() == 0 && node.op().equals("Identity")) {
      at = node.input(0);
      node = nodes.get(at.node());
    }
    return at;
  }

  Optional<Affine> affine(Endpoint endpoint) {
    return Optional.ofNullable(affines.get(origin(endpoint)));
  }

  Optional<TensorExpr> weight(Endpoint endpoint) {
    return Optional.ofNullable(weights.get(origin(endpoint)));
  }

  /** The node that makes this, where it is one of some ops. */
  Optional<Node> maker(Endpoint endpoint, Set<String> ops) {
    Endpoint at = origin(endpoint);
    return at.index() == 0
        ? Optional.ofNullable(nodes.get(at.node())).filter(n -> ops.contains(n.op()))
        : Optional.empty();
  }
}
