package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Cumsum and Cumprod; backwards by flipping before and after, exclusive by a shift. */
public final class Accumulating implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Cumsum", "Cumprod");
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.unflattened(0);
    int dimension = x.type().order().dimensionOf(x.type().axis(context.integers(1).get(0)));
    Expr at = new Expr.IntLiteral(dimension);
    boolean isSum = node.op().equals("Cumsum");
    Expr dimensions = Expr.ints(List.of(dimension));
    Expr expr = node.boolAttr("reverse") ? Expr.aten("flip", x.expr(), dimensions) : x.expr();
    expr = Expr.aten(isSum ? "cumsum" : "cumprod", expr, at);
    if (node.boolAttr("exclusive")) {
      List<Long> first =
          new ArrayList<>(Collections.nCopies(2 * (x.type().rank() - 1 - dimension), 0L));
      first.addAll(List.of(1L, -1L));
      expr = Padding.constant(expr, first, new Expr.FloatLiteral(isSum ? 0 : 1));
    }
    if (node.boolAttr("reverse")) {
      expr = Expr.aten("flip", expr, dimensions);
    }
    DType dtype = x.type().dtype();
    boolean widens = !dtype.isFloating() && dtype != DType.INT64;
    context.output(
        0,
        context.assign(
            isSum ? "cumsum" : "cumprod",
            widens ? Expr.aten("to", expr, new Expr.DTypeLiteral(dtype)) : expr,
            x.type()));
  }
}
