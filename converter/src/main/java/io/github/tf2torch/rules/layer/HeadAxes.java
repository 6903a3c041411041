package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Where the heads of an attention and the axes that it attends along stand, and how they come there
 * from the axes of a query.
 *
 * @param query (batch, ..., depth), in TensorFlow's order
 * @param attended axes of the query that are attended along, as one
 */
record HeadAxes(LayerContext context, Held query, List<Integer> attended) {
  HeadAxes {
    attended = List.copyOf(attended);
  }

  /** Those that a layer names by {@code attention_axes}; else all between batch and depth. */
  static HeadAxes of(LayerContext context, Held query) {
    int rank = query.type().rank();
    List<Integer> axes =
        context
            .settings()
            .get("attention_axes")
            .map(Settings::wholes)
            .map(all -> all.stream().map(Long::intValue).toList())
            .orElseGet(() -> IntStream.range(1, rank - 1).boxed().toList());
    if (axes.stream().anyMatch(a -> a < 1 || a >= rank - 1)) {
      throw context.unsupported("has attention_axes " + axes);
    }
    return new HeadAxes(context, query, axes);
  }

  /** To (batch, others, heads, attended, depth), the attended axes as one. */
  Held apart(Held x, long heads) {
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    long wide = extents.remove(extents.size() - 1);
    extents.add(heads);
    extents.add(wide / heads);
    Held apart =
        context.assign(
            "heads",
            Expr.aten(
                "unflatten",
                x.expr(),
                new Expr.IntLiteral(-1),
                Expr.ints(List.of(heads, wide / heads))),
            TensorType.plain(x.type().dtype(), new Dims(extents)));
    Held turned = (Held) context.op("Transpose", Map.of(), List.of(apart, Attrs.vector(turned())));
    return attended.size() == 1 ? plain(turned) : flattened(plain(turned));
  }

  private Held plain(Held x) {
    return context.inOrder(x, AxisOrder.identity(x.type().rank()));
  }

  /** Which axes of (batch, ..., heads, depth) come where. */
  private List<Long> turned() {
    int rank = query.type().rank() + 1;
    List<Long> order = new ArrayList<>(List.of(0L));
    others().forEach(a -> order.add((long) a));
    order.add(rank - 2L);
    attended.forEach(a -> order.add((long) a));
    order.add(rank - 1L);
    return order;
  }

  private List<Integer> others() {
    return IntStream.range(1, query.type().rank() - 1)
        .filter(a -> !attended.contains(a))
        .boxed()
        .toList();
  }

  private Held flattened(Held x) {
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    int first = extents.size() - 1 - attended.size();
    long all = 1;
    for (int i = 0; i < attended.size(); i++) {
      long extent = extents.remove(first);
      all = all < 0 || extent < 0 ? -1 : all * extent;
    }
    extents.add(first, all);
    return context.assign(
        "heads",
        Expr.aten(
            "flatten",
            x.expr(),
            new Expr.IntLiteral(first),
            new Expr.IntLiteral(first + attended.size() - 1L)),
        TensorType.plain(x.type().dtype(), new Dims(extents)));
  }

  /** Back to (batch, ..., heads * depth). */
  Held joined(Held y) {
    Held x = unflattened(y, y.type().rank() - 2, extents(query));
    List<Long> order = turned();
    List<Long> back = new ArrayList<>(order);
    IntStream.range(0, order.size()).forEach(i -> back.set(order.get(i).intValue(), (long) i));
    Held placed = plain((Held) context.op("Transpose", Map.of(), List.of(x, Attrs.vector(back))));
    List<Long> extents = new ArrayList<>(placed.type().dims().extents());
    long depth = extents.remove(extents.size() - 1);
    extents.add(depth * extents.remove(extents.size() - 1));
    return context.assign(
        "joined",
        Expr.aten("flatten", placed.expr(), new Expr.IntLiteral(-2)),
        TensorType.plain(placed.type().dtype(), new Dims(extents)));
  }

  private List<Long> extents(Held x) {
    return attended.stream().map(a -> x.type().dims().extent(a)).toList();
  }

  private Held unflattened(Held x, int axis, List<Long> into) {
    if (attended.size() == 1) {
      return x;
    }
    if (into.contains(-1L)) {
      throw context.unsupported("attends along several axes of unknown extent");
    }
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.remove(axis);
    extents.addAll(axis, into);
    return context.assign(
        "heads",
        Expr.aten("unflatten", x.expr(), new Expr.IntLiteral(axis), Expr.ints(into)),
        TensorType.plain(x.type().dtype(), new Dims(extents)));
  }

  /**
   * Scores with an axis for each that is attended along.
   *
   * @param key (batch, ..., depth), whose axes the last of the scores stands for
   */
  Held scores(Held scores, Held key) {
    int last = scores.type().rank() - 1;
    return unflattened(unflattened(scores, last, extents(key)), last - 1, extents(query));
  }
}
