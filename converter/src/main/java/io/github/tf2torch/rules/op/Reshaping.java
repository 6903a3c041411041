package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reshape. What only groups axes anew is done in the order in which the value is held; a flatten of
 * a channels-first value is a plain flatten, its other order noted in the layout for the weights
 * that follow. Everything else goes through TensorFlow's order.
 */
public final class Reshaping implements OpRule {
  /** As many calls read better than one reshape. */
  private static final int MOST_ADDED = 3;

  @Override
  public Set<String> ops() {
    return Set.of("Reshape");
  }

  @Override
  public void translate(Node node, OpContext context) {
    Value.Sizes wanted =
        context
            .sizes(1)
            .orElseThrow(() -> context.unsupported("a shape that is computed from values"));
    if (context.input(0) instanceof Value.Sizes sizes) {
      context.output(0, new Value.Sizes(sizes.elements(), wanted.elements().isEmpty()));
      return;
    }
    List<Long> target = resolve(context.dims(0).extents(), left(wanted, context), context);
    if (context.input(0) instanceof Value.Weight w) {
      context.output(0, new Value.Weight(Refolding.reshape(w.recipe(), target)));
      return;
    }
    Held x = context.held(0);
    if (x.type().layout().flattened().isPresent()) {
      Optional<Held> opened = opened(x, target, context);
      if (opened.isPresent()) {
        context.output(0, opened.get());
        return;
      }
      x = context.unflattened(0);
    }
    Optional<Regrouping> groups = Regrouping.of(x.type().dims().extents(), target);
    context.output(
        0,
        groups.isPresent()
            ? regrouped(x, groups.get(), new Dims(target), context)
            : plain(x, target, wanted.elements(), context));
  }

  /** The value with its axes grouped anew. */
  static Held regrouped(Held x, Regrouping groups, Dims target, OpContext context) {
    Optional<Layout> layout = groups.heldIn(x.type()).flatMap(g -> layout(g, x.type(), target));
    if (layout.isPresent()) {
      return reshaped(x, new TensorType(x.type().dtype(), target, layout.get()), context);
    }
    Held plain = context.inOrder(x, AxisOrder.identity(x.type().rank()));
    return reshaped(plain, TensorType.plain(x.type().dtype(), target), context);
  }

  /** How the result is held if nothing moves; empty where something must. */
  private static Optional<Layout> layout(
      List<Regrouping.Group> held, TensorType type, Dims target) {
    List<Integer> sequence = new ArrayList<>();
    Optional<Layout.Flattened> flattened = Optional.empty();
    for (Regrouping.Group group : held) {
      sequence.addAll(group.to());
      List<Integer> axes = Regrouping.heldAxes(group, type);
      if (!axes.equals(group.from())) {
        boolean last = group.to().equals(List.of(target.rank() - 1));
        List<Long> extents = group.from().stream().map(type.dims()::extent).toList();
        if (!last || extents.stream().anyMatch(e -> e < 0)) {
          return Optional.empty();
        }
        flattened =
            Optional.of(
                new Layout.Flattened(extents, axes.stream().map(group.from()::indexOf).toList()));
      }
    }
    AxisOrder order = Regrouping.order(target.rank(), sequence);
    return flattened.isPresent() && !order.isIdentity()
        ? Optional.empty()
        : Optional.of(new Layout(order, flattened));
  }

  private static Held reshaped(Held x, TensorType type, OpContext context) {
    List<Long> from = x.type().heldExtents();
    List<Long> to = type.heldExtents();
    if (from.equals(to)) {
      return new Held(x.expr(), type);
    }
    int lead = to.size() - 1;
    if (lead > 0 && from.size() > to.size() && from.subList(0, lead).equals(to.subList(0, lead))) {
      return context.assign(Expr.aten("flatten", x.expr(), new Expr.IntLiteral(lead)), type);
    }
    Optional<Expr> widened = widened(x.expr(), from, to);
    if (widened.isPresent()) {
      return context.assign((Expr.Aten) widened.get(), type);
    }
    if (type.unknowns() > 1) {
      return byUnitAxes(x, type, context);
    }
    return context.assign(Expr.aten("reshape", x.expr(), Expr.ints(to)), type);
  }

  /**
   * Axes of one added, which says more than the extents of all that stay; empty where more moves.
   */
  private static Optional<Expr> widened(Expr x, List<Long> from, List<Long> to) {
    Expr expr = x;
    int kept = 0;
    for (int d = 0; d < to.size(); d++) {
      if (kept < from.size() && to.get(d).equals(from.get(kept))) {
        kept++;
      } else if (to.get(d) == 1) {
        expr = Expr.aten("unsqueeze", expr, new Expr.IntLiteral(d));
      } else {
        return Optional.empty();
      }
    }
    return kept == from.size() && to.size() - kept <= MOST_ADDED
        ? Optional.of(expr)
        : Optional.empty();
  }

  /** Axes of one added or dropped where several extents are unknown. */
  private static Held byUnitAxes(Held x, TensorType type, OpContext context) {
    Expr expr = x.expr();
    List<Long> extents = new ArrayList<>(x.type().heldExtents());
    for (int d = extents.size() - 1; d >= 0; d--) {
      if (extents.get(d) == 1) {
        expr = Expr.aten("squeeze", expr, new Expr.IntLiteral(d));
      }
    }
    List<Long> to = type.heldExtents();
    for (int d = 0; d < to.size(); d++) {
      if (to.get(d) == 1) {
        expr = Expr.aten("unsqueeze", expr, new Expr.IntLiteral(d));
      }
    }
    return context.assign((Expr.Aten) expr, type);
  }

  /** A flattened axis given back the axes that it was flattened from. */
  private static Optional<Held> opened(Held x, List<Long> target, OpContext context) {
    Layout.Flattened flattened = x.type().layout().flattened().orElseThrow();
    int lead = x.type().rank() - 1;
    List<Long> same = new ArrayList<>(x.type().dims().extents().subList(0, lead));
    if (target.equals(x.type().dims().extents())) {
      return Optional.of(x);
    }
    same.addAll(flattened.extents());
    if (!same.equals(target) || x.type().unknowns() > 1) {
      return Optional.empty();
    }
    List<Integer> axes = new ArrayList<>(IntStream.range(0, lead).boxed().toList());
    flattened.held().forEach(h -> axes.add(lead + h));
    TensorType type = new TensorType(x.type().dtype(), new Dims(target), new AxisOrder(axes));
    return Optional.of(
        context.assign(Expr.aten("reshape", x.expr(), Expr.ints(type.heldExtents())), type));
  }

  private static Held plain(Held x, List<Long> target, List<Expr> wanted, OpContext context) {
    Held plain = context.inOrder(x, AxisOrder.identity(x.type().rank()));
    long unknowns = target.stream().filter(e -> e < 0).count();
    List<Expr> elements = new ArrayList<>();
    for (int i = 0; i < target.size(); i++) {
      boolean ask = unknowns > 1 && target.get(i) < 0;
      elements.add(ask ? wanted.get(i) : new Expr.IntLiteral(target.get(i)));
    }
    return context.assign(
        Expr.aten("reshape", plain.expr(), new Expr.ListLiteral(elements)),
        TensorType.plain(x.type().dtype(), new Dims(target)));
  }

  /**
   * The target's extents, in which what is left over ({@code -1} in the file) is known where the
   * one extent that isn't is the value's own: {@code [shape(x)[0], -1]}, as tf.layers.flatten
   * writes it.
   */
  private static List<Long> left(Value.Sizes wanted, OpContext context) {
    List<Long> known = wanted.known();
    List<Long> source = context.dims(0).extents();
    int rest = wanted.elements().indexOf(new Expr.IntLiteral(-1));
    if (rest < 0
        || source.stream().filter(e -> e < 0).count() != 1
        || known.stream().filter(e -> e < 0).count() != 2
        || !(context.input(0) instanceof Held x)
        || !wanted.elements().contains(Shapes.extent(x, source.indexOf(-1L)))) {
      return known;
    }
    long all = Regrouping.product(source);
    long others = Regrouping.product(known);
    if (others == 0 || all % others != 0) {
      throw context.unsupported(source + " reshaped to " + known);
    }
    List<Long> extents = new ArrayList<>(known);
    extents.set(rest, all / others);
    return extents;
  }

  /** The target with a -1 computed where that is possible. */
  private static List<Long> resolve(List<Long> source, List<Long> target, OpContext context) {
    long unknown = source.stream().filter(e -> e < 0).count();
    long open = target.stream().filter(e -> e < 0).count();
    if (open != 1 || unknown != 0) {
      return target;
    }
    long known = Regrouping.product(target);
    long all = Regrouping.product(source);
    if (known == 0 || all % known != 0) {
      throw context.unsupported(source + " reshaped to " + target);
    }
    return target.stream().map(e -> e < 0 ? (Long) (all / known) : e).toList();
  }
}
