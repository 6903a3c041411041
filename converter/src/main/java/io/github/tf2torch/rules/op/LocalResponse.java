package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Set;

/**
 * LRN: each value by the squares of its neighbours in the channels. {@code nn.LocalResponseNorm}
 * divides alpha by the number of neighbours, which float32 does not do without a rounding; here the
 * squares are summed.
 */
public final class LocalResponse implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("LRN");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.CHANNELS_FIRST;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.held(0, AxisOrder.channelsFirst(4));
    long radius = node.intAttr("depth_radius");
    Expr volume = Expr.aten("unsqueeze", Expr.aten("square", x.expr()), new Expr.IntLiteral(1));
    Expr padded =
        Padding.constant(volume, List.of(0L, 0L, 0L, 0L, radius, radius), new Expr.FloatLiteral(0));
    Expr sums =
        Expr.aten(
            "avg_pool3d",
            padded,
            Blocks.ints(2 * radius + 1, 1, 1),
            Blocks.ints(1, 1, 1),
            Blocks.ints(0, 0, 0),
            new Expr.BoolLiteral(false),
            new Expr.BoolLiteral(true),
            new Expr.IntLiteral(1));
    Held squares =
        context.assign("squares", Expr.aten("squeeze", sums, new Expr.IntLiteral(1)), x.type());
    Expr base =
        Expr.aten(
            "add",
            Expr.aten("mul", squares.expr(), new Expr.FloatLiteral(node.floatAttr("alpha"))),
            new Expr.FloatLiteral(node.floatAttr("bias")));
    context.output(
        0,
        context.assign(
            "normalized",
            Expr.aten(
                "div",
                x.expr(),
                Expr.aten("pow", base, new Expr.FloatLiteral(node.floatAttr("beta")))),
            x.type()));
  }
}
