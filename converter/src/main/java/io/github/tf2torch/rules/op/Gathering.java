package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** GatherV2 and ResourceGather: elements of a shape, one index, or rows of a table. */
public final class Gathering implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("GatherV2", "ResourceGather");
  }

  @Override
  public void translate(Node node, OpContext context) {
    int axis =
        node.inputs().size() > 2
            ? Math.floorMod(Math.toIntExact(context.integers(2).get(0)), context.dims(0).rank())
            : 0;
    if (node.hasAttr("batch_dims") && node.intAttr("batch_dims") != 0) {
      throw context.unsupported("batch_dims " + node.intAttr("batch_dims"));
    }
    if (context.input(0) instanceof Value.Sizes sizes) {
      Value.Sizes indices =
          context.sizes(1).orElseThrow(() -> context.unsupported("computed indices of a shape"));
      List<Expr> picked =
          indices.known().stream().map(i -> sizes.elements().get(Math.toIntExact(i))).toList();
      context.output(0, new Value.Sizes(picked, indices.scalar()));
    } else if (context.sizes(1).isPresent() && context.sizes(1).get().scalar()) {
      select(axis, context);
    } else {
      lookUp(axis, context);
    }
  }

  private static void select(int axis, OpContext context) {
    Held x = context.unflattened(0);
    Expr index = context.sizes(1).orElseThrow().elements().get(0);
    Expr dimension = new Expr.IntLiteral(x.type().order().dimensionOf(axis));
    context.output(
        0,
        context.assign(
            Expr.aten("select", x.expr(), dimension, index),
            Reduction.without(x.type(), Set.of(axis))));
  }

  private static void lookUp(int axis, OpContext context) {
    Held indices = context.held(1, AxisOrder.identity(context.dims(1).rank()));
    int rank = context.dims(0).rank();
    boolean isEmbedding = axis == 0 && rank == 2;
    if (!isEmbedding && indices.type().rank() != 1) {
      throw context.unsupported("indices of rank " + indices.type().rank() + " along " + axis);
    }
    Held table = isEmbedding ? context.held(0, AxisOrder.identity(2)) : context.unflattened(0);
    List<Long> extents = new ArrayList<>(table.type().dims().extents());
    extents.remove(axis);
    extents.addAll(axis, indices.type().dims().extents());
    DType dtype = table.type().dtype();
    Dims dims = new Dims(extents);
    if (isEmbedding) {
      context.output(
          0,
          context.assign(
              Expr.aten("embedding", table.expr(), indices.expr()), TensorType.plain(dtype, dims)));
      return;
    }
    AxisOrder order = table.type().order();
    Expr dimension = new Expr.IntLiteral(order.dimensionOf(axis));
    context.output(
        0,
        context.assign(
            Expr.aten("index_select", table.expr(), dimension, indices.expr()),
            new TensorType(dtype, dims, order)));
  }
}
