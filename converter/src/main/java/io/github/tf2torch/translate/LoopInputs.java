package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What goes into a {@code fused.Loop}, with how many steps there are. */
final class LoopInputs {
  private final Node node;
  private final NodeContext context;
  private final List<Held> sequences = new ArrayList<>();
  private final List<Held> states = new ArrayList<>();
  private final List<Held> limits = new ArrayList<>();
  private final List<Value> captured = new ArrayList<>();
  private final List<Expr> lengths = new ArrayList<>();
  private final Expr count;
  private final Extents extents;

  LoopInputs(Node node, NodeContext context) {
    this.node = node;
    this.context = context;
    this.extents = new Extents(context.statements());
    int next = 0;
    List<Expr> bounds = new ArrayList<>();
    for (long i = node.intAttr("bounds"); i > 0; i--) {
      Optional<Expr> known = number(next);
      if (known.isPresent()) {
        bounds.add(known.get());
      } else {
        limits.add(limit(context.input(next)));
      }
      next++;
    }
    List<Expr> sizes = new ArrayList<>();
    for (long i = node.intAttr("sizes"); i > 0; i--) {
      sizes.add(number(next++).orElseThrow(this::ofValues));
    }
    // steps behind a limit are taken as well, and leave what there is as it is
    this.count =
        Stream.concat(bounds.stream(), limits.isEmpty() ? Stream.empty() : sizes.stream())
            .reduce(LoopInputs::smaller)
            .orElseThrow(this::ofValues);
    for (long i = node.intAttr("sequences"); i > 0; i--) {
      Held value = context.held(next++);
      lengths.add(extent(value));
      sequences.add(context.inOrder(value, batchFirst(value.type().rank()).order()));
    }
    for (long i = startsAtZeros(node) ? 0 : node.intAttr("states"); i > 0; i--) {
      Held value = context.held(next++);
      states.add(context.inOrder(value, AxisOrder.identity(value.type().rank())));
    }
    for (long i = node.intAttr("captured"); i > 0; i--) {
      captured.add(seen(context.input(next++)));
    }
    refuse(sizes);
  }

  private Value seen(Value value) {
    boolean isKnown =
        value instanceof Value.Weight
            || value instanceof Value.Sizes s && s.known().stream().allMatch(k -> k >= 0);
    if (isKnown) {
      return value;
    }
    Held held = context.held(value);
    return context.inOrder(held, AxisOrder.identity(held.type().rank()));
  }

  /** The axis of the batch before that of time, which a sequence has first in TensorFlow. */
  static Layout batchFirst(int rank) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    if (rank > 1) {
      axes.set(0, 1);
      axes.set(1, 0);
    }
    return Layout.of(new AxisOrder(axes));
  }

  private Optional<Expr> number(int input) {
    return context
        .sizes(input)
        .filter(z -> z.elements().size() == 1)
        .map(z -> simple(extents.of(z.elements().get(0))));
  }

  /** A number of steps that values tell, such as the longest of some lengths. */
  private Held limit(Value value) {
    if (value instanceof Held held
        && held.type().rank() == 0
        && !held.type().dtype().isFloating()) {
      return held;
    }
    throw ofValues();
  }

  private RuntimeException ofValues() {
    return context.unsupported("is a loop whose number of steps or answers depends on values");
  }

  private Expr extent(Held value) {
    TensorType type = value.type();
    return type.dims().isKnown(0)
        ? new Expr.IntLiteral(type.dims().extent(0))
        : extents.of(value.expr(), type.order().dimensionOf(0));
  }

  private void refuse(List<Expr> sizes) {
    for (int i = 0; i < sizes.size(); i++) {
      if (isLast(i) && !limits.isEmpty()) {
        throw ofValues();
      }
      Expr expected = isLast(i) ? new Expr.IntLiteral(1) : count;
      if (!sizes.get(i).equals(expected)) {
        throw context.unsupported(
            "is a loop that makes a list of another length than the number of its steps");
      }
    }
    if (!(count instanceof Expr.IntLiteral) && !lengths.contains(count)) {
      throw context.unsupported(
          "is a loop whose number of steps is not the length of one of its sequences");
    }
  }

  /** {@code min(a, max(a, b))} is {@code a}. */
  private static Expr simple(Expr expr) {
    if (!(expr instanceof Expr.IntArithmetic e) || !e.operator().equals("min")) {
      return expr;
    }
    return smaller(simple(e.left()), simple(e.right()));
  }

  private static Expr smaller(Expr left, Expr right) {
    if (left.equals(right) || isAtLeast(right, left)) {
      return left;
    }
    if (isAtLeast(left, right)) {
      return right;
    }
    if (left instanceof Expr.IntLiteral a && right instanceof Expr.IntLiteral b) {
      return a.value() < b.value() ? a : b;
    }
    return new Expr.IntArithmetic("min", left, right);
  }

  private static boolean isAtLeast(Expr expr, Expr bound) {
    return expr instanceof Expr.IntArithmetic e
        && e.operator().equals("max")
        && (e.left().equals(bound) || e.right().equals(bound));
  }

  static boolean startsAtZeros(Node node) {
    return node.hasAttr(CellTranslation.ZEROS);
  }

  /** The only sequence, as far as there are steps. */
  Held sequence() {
    Held x = sequences.get(0);
    if (count.equals(lengths.get(0))) {
      return x;
    }
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.set(0, known());
    return context.assign(
        "steps",
        Expr.aten(
            "narrow",
            x.expr(),
            new Expr.IntLiteral(x.type().order().dimensionOf(0)),
            new Expr.IntLiteral(0),
            count),
        x.type().withDims(new Dims(extents)));
  }

  /** Numbers of steps that values tell. */
  List<Held> limits() {
    return List.copyOf(limits);
  }

  List<Held> sequences() {
    return List.copyOf(sequences);
  }

  List<Held> states() {
    return List.copyOf(states);
  }

  List<Dims> stateDims() {
    return states.stream().map(s -> s.type().dims()).toList();
  }

  List<Value> captured() {
    return List.copyOf(captured);
  }

  /** Whether a list holds what the last step answers alone. */
  boolean isLast(int list) {
    Attr.ListOf all = (Attr.ListOf) node.attrs().get("list_is_last");
    return ((Attr.Bool) all.values().get(list)).value();
  }

  /** The number of steps; -1 where it is not known. */
  long known() {
    return count instanceof Expr.IntLiteral known ? known.value() : -1;
  }

  /** The number of steps, as the module finds it by its arguments. */
  Expr count(List<String> arguments) {
    int sequence = lengths.indexOf(count);
    if (sequence < 0) {
      return count;
    }
    int axis = sequences.get(sequence).type().order().dimensionOf(0);
    return Expr.aten("size", Expr.local(arguments.get(sequence)), new Expr.IntLiteral(axis));
  }
}
