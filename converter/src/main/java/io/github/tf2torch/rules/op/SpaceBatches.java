package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * SpaceToBatchND and BatchToSpaceND on their own; around a convolution fusion makes a dilation of
 * them. Every phase of the spatial axes becomes an image of the batch, phases running slowest.
 */
public final class SpaceBatches implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("SpaceToBatchND", "BatchToSpaceND");
  }

  @Override
  public void translate(Node node, OpContext context) {
    int rank = context.dims(0).rank();
    Held x = context.held(0, AxisOrder.identity(rank));
    List<Long> block = context.integers(1);
    List<Long> pads = context.integers(2);
    context.output(
        0,
        node.op().equals("SpaceToBatchND")
            ? toBatches(x, block, pads, context)
            : toSpace(x, block, pads, context));
  }

  private static Held toBatches(Held x, List<Long> block, List<Long> pads, OpContext context) {
    int axes = block.size();
    int rank = x.type().rank();
    List<Long> torch = new ArrayList<>(Collections.nCopies(2 * (rank - 1 - axes), 0L));
    for (int i = axes - 1; i >= 0; i--) {
      torch.addAll(pads.subList(2 * i, 2 * i + 2));
    }
    boolean isPadded = torch.stream().anyMatch(p -> p != 0);
    Expr expr = isPadded ? Padding.constant(x.expr(), torch, new Expr.FloatLiteral(0)) : x.expr();
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    long count = extents.get(0);
    for (int i = axes; i >= 1; i--) {
      long by = block.get(i - 1);
      long whole =
          extents.get(i) < 0 ? -1 : extents.get(i) + pads.get(2 * i - 2) + pads.get(2 * i - 1);
      extents.set(i, whole < 0 ? -1 : whole / by);
      count = count < 0 ? -1 : count * by;
      expr = Expr.aten("unflatten", expr, new Expr.IntLiteral(i), Blocks.ints(-1, by));
    }
    extents.set(0, count);
    List<Integer> order = new ArrayList<>();
    IntStream.rangeClosed(1, axes).forEach(i -> order.add(2 * i));
    order.add(0);
    IntStream.rangeClosed(1, axes).forEach(i -> order.add(2 * i - 1));
    IntStream.range(2 * axes + 1, rank + axes).forEach(order::add);
    expr = Blocks.flatten(Expr.aten("permute", expr, Expr.ints(order)), 0, axes);
    return context.assign("batches", expr, TensorType.plain(x.type().dtype(), new Dims(extents)));
  }

  private static Held toSpace(Held x, List<Long> block, List<Long> crops, OpContext context) {
    int axes = block.size();
    int rank = x.type().rank();
    List<Long> phases = new ArrayList<>(block);
    phases.add(-1L);
    Expr expr = Expr.aten("unflatten", x.expr(), new Expr.IntLiteral(0), Expr.ints(phases));
    List<Integer> order = new ArrayList<>(List.of(axes));
    for (int i = 0; i < axes; i++) {
      order.addAll(List.of(axes + 1 + i, i));
    }
    IntStream.range(2 * axes + 1, rank + axes).forEach(order::add);
    expr = Expr.aten("permute", expr, Expr.ints(order));
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    long count = extents.get(0);
    for (int i = 1; i <= axes; i++) {
      long by = block.get(i - 1);
      long before = crops.get(2 * i - 2);
      long after = crops.get(2 * i - 1);
      expr = Blocks.flatten(expr, i, i + 1);
      if (before != 0 || after != 0) {
        expr =
            Expr.aten(
                "slice",
                expr,
                new Expr.IntLiteral(i),
                new Expr.IntLiteral(before),
                after == 0 ? new Expr.NoneLiteral() : new Expr.IntLiteral(-after),
                new Expr.IntLiteral(1));
      }
      extents.set(i, extents.get(i) < 0 ? -1 : extents.get(i) * by - before - after);
      count = count < 0 ? -1 : count / by;
    }
    extents.set(0, count);
    return context.assign("space", expr, TensorType.plain(x.type().dtype(), new Dims(extents)));
  }
}
