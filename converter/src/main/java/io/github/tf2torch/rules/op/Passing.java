package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import java.util.Set;

/** Ops that answer what they are given; of what is computed, StopGradient hands no gradient on. */
public final class Passing implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(
        "Identity",
        "StopGradient",
        "PreventGradient",
        "Snapshot",
        "EnsureShape",
        "CheckNumerics",
        "PlaceholderWithDefault");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    boolean isStopping = node.op().equals("StopGradient");
    context.output(
        0,
        isStopping && context.input(0) instanceof Held x
            ? context.assign(Expr.aten("detach", x.expr()), x.type())
            : context.input(0));
  }
}
