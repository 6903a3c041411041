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
import java.util.List;
import java.util.Set;

/** GatherNd: each row of indices is a place along the first axes, counted through as one. */
public final class Places implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("GatherNd");
  }

  @Override
  public void translate(Node node, OpContext context) {
    if (node.hasAttr("batch_dims") && node.intAttr("batch_dims") != 0) {
      throw context.unsupported("batch_dims " + node.intAttr("batch_dims"));
    }
    Held table = context.held(0, AxisOrder.identity(context.dims(0).rank()));
    Held indices = context.held(1, AxisOrder.identity(context.dims(1).rank()));
    int last = indices.type().rank() - 1;
    int depth = Math.toIntExact(indices.type().dims().extent(last));
    if (depth < 1) {
      throw context.unsupported("indices of " + indices.type().dims().extents());
    }
    Expr flat = table.expr();
    if (depth > 1) {
      flat = Blocks.flatten(flat, 0, depth - 1);
    }
    Expr place = part(indices, last, 0);
    for (int a = 1; a < depth; a++) {
      place = Expr.aten("mul", place, Shapes.extent(table, a));
      place = Expr.aten("add", place, part(indices, last, a));
    }
    List<Long> lead = indices.type().dims().extents().subList(0, last);
    Held counted =
        context.assign("places", place, TensorType.plain(indices.type().dtype(), new Dims(lead)));
    List<Long> extents = new ArrayList<>(lead);
    extents.addAll(table.type().dims().extents().subList(depth, table.type().rank()));
    context.output(
        0,
        context.assign(
            "picked",
            Gathering.selected(flat, 0, counted),
            TensorType.plain(table.type().dtype(), new Dims(extents))));
  }

  private static Expr part(Held indices, int axis, int i) {
    return Expr.aten("select", indices.expr(), new Expr.IntLiteral(axis), new Expr.IntLiteral(i));
  }
}
