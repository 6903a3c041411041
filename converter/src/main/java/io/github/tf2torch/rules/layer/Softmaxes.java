package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Optional;

/** Softmax over several axes, or of what a mask leaves: {@code activations/softmax.py}. */
final class Softmaxes {
  private static final float LOW = -1e9f;

  private Softmaxes() {}

  static Held masked(Held input, List<Integer> axes, Optional<Held> mask, LayerContext context) {
    Held x = context.inOrder(input, AxisOrder.identity(input.type().rank()));
    Optional<Expr> hidden =
        mask.map(m -> context.inOrder(m, AxisOrder.identity(m.type().rank())))
            .map(
                m ->
                    m.type().dtype() == DType.BOOL
                        ? Expr.aten("logical_not", m.expr())
                        : Expr.aten("le", m.expr(), new Expr.FloatLiteral(0.5f)));
    Expr seen =
        hidden
            .<Expr>map(h -> Expr.aten("masked_fill", x.expr(), h, new Expr.FloatLiteral(LOW)))
            .orElse(x.expr());
    Held scores = context.assign("scores", seen, x.type());
    Expr weights =
        axes.size() == 1
            ? Expr.aten("softmax", scores.expr(), new Expr.IntLiteral(axes.get(0)))
            : Expr.aten(
                "exp",
                Expr.aten(
                    "sub",
                    scores.expr(),
                    Expr.aten(
                        "logsumexp", scores.expr(), Expr.ints(axes), new Expr.BoolLiteral(true))));
    Expr shown =
        hidden
            .<Expr>map(h -> Expr.aten("masked_fill", weights, h, new Expr.FloatLiteral(0)))
            .orElse(weights);
    return context.assign("softmax", shown, x.type());
  }
}
