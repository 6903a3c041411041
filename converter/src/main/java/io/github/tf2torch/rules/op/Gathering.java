package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Embedding;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** GatherV2 and ResourceGather: elements of a shape, one index, or rows of a table. */
public final class Gathering implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("GatherV2", "ResourceGather", Node.FUSED + "Embedding");
  }

  @Override
  public void translate(Node node, OpContext context) {
    if (node.op().startsWith(Node.FUSED)) {
      embed(node, context);
      return;
    }
    int axis =
        node.inputs().size() > 2
            ? Math.floorMod(Math.toIntExact(context.integers(2).get(0)), context.dims(0).rank())
            : 0;
    long batches = node.hasAttr("batch_dims") ? node.intAttr("batch_dims") : 0;
    if (batches != 0) {
      ofEachBatch(axis, batches, context);
      return;
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

  private static void embed(Node node, OpContext context) {
    TensorExpr table = context.weight(0).orElseThrow();
    if (node.boolAttr("from_end")) {
      context.assume(
          "embedding "
              + node.textAttr("variable")
              + ": a negative index, which TensorFlow looks up from the end, is an error");
    }
    Held indices = context.held(1, AxisOrder.identity(context.dims(1).rank()));
    List<Long> extents = new ArrayList<>(indices.type().dims().extents());
    extents.add(table.shape().dim(1));
    Embedding module = new Embedding(table.shape().dim(0), table.shape().dim(1), table.dtype());
    ModuleCall call = new ModuleCall(module, Map.of("weight", table), "embedding");
    context.output(
        0, context.call(call, indices, TensorType.plain(table.dtype(), new Dims(extents))));
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
    int rank = context.dims(1).rank();
    Held indices = context.held(1, AxisOrder.identity(rank));
    boolean isEmbedding = axis == 0 && context.dims(0).rank() == 2;
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
    int dimension = table.type().order().dimensionOf(axis);
    context.output(
        0,
        context.assign(
            "index_select",
            selected(table.expr(), dimension, indices),
            new TensorType(dtype, dims, widened(table.type().order(), axis, rank))));
  }

  /** What indices of any rank pick along one dimension. */
  static Expr selected(Expr table, int dimension, Held indices) {
    int rank = indices.type().rank();
    Expr at = new Expr.IntLiteral(dimension);
    Expr flat =
        switch (rank) {
          case 0 -> Expr.aten("unsqueeze", indices.expr(), new Expr.IntLiteral(0));
          case 1 -> indices.expr();
          default -> Expr.aten("flatten", indices.expr());
        };
    Expr picked = Expr.aten("index_select", table, at, flat);
    return switch (rank) {
      case 0 -> Expr.aten("squeeze", picked, at);
      case 1 -> picked;
      default ->
          Expr.aten(
              "unflatten",
              picked,
              at,
              new Expr.ListLiteral(
                  IntStream.range(0, rank).mapToObj(a -> Shapes.extent(indices, a)).toList()));
    };
  }

  /** The order of a tensor whose one axis became several, side by side. */
  private static AxisOrder widened(AxisOrder order, int axis, int by) {
    return new AxisOrder(
        order.axes().stream()
            .flatMap(
                a ->
                    a == axis
                        ? IntStream.range(axis, axis + by).boxed()
                        : Stream.of(a < axis ? a : a + by - 1))
            .toList());
  }

  /** Indices of their own for each element of the leading axes. */
  private static void ofEachBatch(int axis, long batches, OpContext context) {
    Held table = context.held(0, AxisOrder.identity(context.dims(0).rank()));
    Held indices = context.held(1, AxisOrder.identity(context.dims(1).rank()));
    if (axis != batches || indices.type().rank() != axis + 1) {
      throw context.unsupported(
          "batch_dims "
              + batches
              + " along axis "
              + axis
              + " with indices of rank "
              + indices.type().rank());
    }
    Expr index = Expr.aten("to", indices.expr(), new Expr.DTypeLiteral(DType.INT64));
    List<Expr> whole = new ArrayList<>();
    List<Long> extents = new ArrayList<>(indices.type().dims().extents());
    for (int a = 0; a < table.type().rank(); a++) {
      if (a > axis) {
        index = Expr.aten("unsqueeze", index, new Expr.IntLiteral(a));
        extents.add(table.type().dims().extent(a));
      }
      whole.add(a > axis ? Shapes.extent(table, a) : new Expr.IntLiteral(-1));
    }
    if (table.type().rank() > axis + 1) {
      index = Expr.aten("expand", index, new Expr.ListLiteral(whole));
    }
    context.output(
        0,
        context.assign(
            Expr.aten("gather", table.expr(), new Expr.IntLiteral(axis), index),
            TensorType.plain(table.type().dtype(), new Dims(extents))));
  }
}
