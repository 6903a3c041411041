package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import java.util.Set;

/** Softmax and LogSoftmax along TensorFlow's last axis. */
public final class Softmax implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Softmax", "LogSoftmax");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.held(0);
    int dimension = x.type().order().dimensionOf(x.type().rank() - 1);
    String operator = node.op().equals("Softmax") ? "softmax" : "log_softmax";
    context.output(
        0, context.assign(Expr.aten(operator, x.expr(), new Expr.IntLiteral(dimension)), x.type()));
  }
}
