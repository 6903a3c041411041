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

/** The node that fusion makes of attention: {@code F.scaled_dot_product_attention}. */
public final class Attention implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(Node.FUSED + "Attention");
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held query = plain(0, context);
    Held value = plain(2, context);
    int rank = query.type().rank();
    long depth = query.type().dims().extent(rank - 1);
    float scale = node.floatAttr("scale");
    List<Expr> arguments = new ArrayList<>(List.of(query.expr(), plain(1, context).expr()));
    arguments.add(value.expr());
    if (depth < 0 || 1 / Math.sqrt(depth) != scale) {
      // PyTorch would scale by the float64, TensorFlow multiplies by the float32
      arguments.add(new Expr.Keyword("scale", new Expr.FloatLiteral(scale)));
    }
    List<Long> extents = new ArrayList<>(query.type().dims().extents());
    extents.set(rank - 1, value.type().dims().extent(value.type().rank() - 1));
    context.output(
        0,
        context.assign(
            "attention",
            new Expr.Aten("scaled_dot_product_attention", arguments),
            TensorType.plain(query.type().dtype(), new Dims(extents))));
  }

  private static Held plain(int index, OpContext context) {
    return context.inOrder(
        context.unflattened(index), AxisOrder.identity(context.dims(index).rank()));
  }
}
