package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.Set;

/** ArgMax and ArgMin. */
public final class ArgExtremes implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("ArgMax", "ArgMin");
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.unflattened(0);
    int axis = x.type().axis(context.integers(1).get(0));
    DType answer = node.hasAttr("output_type") ? node.typeAttr("output_type") : DType.INT64;
    Expr.Aten call =
        Expr.aten(
            node.op().equals("ArgMax") ? "argmax" : "argmin",
            x.expr(),
            new Expr.IntLiteral(x.type().order().dimensionOf(axis)));
    TensorType type = Reduction.without(x.type(), Set.of(axis)).withDtype(answer);
    context.output(
        0,
        answer == DType.INT64
            ? context.assign(call, type)
            : context.assign(
                call.operator(), Expr.aten("to", call, new Expr.DTypeLiteral(answer)), type));
  }
}
