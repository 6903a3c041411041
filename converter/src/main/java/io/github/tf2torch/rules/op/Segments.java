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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** UnsortedSegmentSum, as graph networks gather messages: rows are added where an index says. */
public final class Segments implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("UnsortedSegmentSum");
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held ids = context.held(1);
    if (ids.type().rank() != 1) {
      throw context.unsupported("segments of rank " + ids.type().rank());
    }
    Value.Sizes count =
        context.sizes(2).orElseThrow(() -> context.unsupported("a computed number of segments"));
    int rank = context.dims(0).rank();
    Held rows = context.inOrder(context.unflattened(0), AxisOrder.identity(rank));
    List<Expr> extents = new ArrayList<>(count.elements());
    List<Long> dims = new ArrayList<>(count.known());
    for (int axis = 1; axis < rank; axis++) {
      long extent = rows.type().dims().extent(axis);
      dims.add(extent);
      extents.add(
          extent >= 0
              ? new Expr.IntLiteral(extent)
              : Expr.aten("size", rows.expr(), new Expr.IntLiteral(axis)));
    }
    context.assume(
        "segments of "
            + node.name()
            + ": an index below zero, which TensorFlow drops, is an error");
    Expr zeros = Expr.aten("new_zeros", rows.expr(), new Expr.ListLiteral(extents));
    context.output(
        0,
        context.assign(
            "sums",
            Expr.aten("index_add", zeros, new Expr.IntLiteral(0), ids.expr(), rows.expr()),
            TensorType.plain(rows.type().dtype(), new Dims(dims))));
  }
}
