package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import java.util.Set;

/** MatrixBandPart: what lies near the diagonal; a negative number keeps that whole side. */
public final class Banding implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("MatrixBandPart");
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.held(0, AxisOrder.identity(context.dims(0).rank()));
    long below = context.integers(1).get(0);
    long above = context.integers(2).get(0);
    Expr expr = x.expr();
    if (below >= 0) {
      expr = Expr.aten("triu", expr, new Expr.IntLiteral(-below));
    }
    if (above >= 0) {
      expr = Expr.aten("tril", expr, new Expr.IntLiteral(above));
    }
    context.output(0, expr.equals(x.expr()) ? x : context.assign("band", expr, x.type()));
  }
}
