package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Set;

/** Bucketize, which Keras's Discretization is: how many of the boundaries a number has reached. */
public final class Bucketing implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Bucketize");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.held(0);
    List<Attr> boundaries = ((Attr.ListOf) node.attrs().get("boundaries")).values();
    double[] values = boundaries.stream().mapToDouble(b -> ((Attr.Float) b).value()).toArray();
    Held all =
        context.attribute(
            new TensorExpr.Constant(
                node.name() + "/boundaries",
                TensorValue.ofDoubles(DType.FLOAT32, Shape.of(values.length), values)));
    Expr numbers =
        x.type().dtype().isFloating()
            ? x.expr()
            : Expr.aten("to", x.expr(), new Expr.DTypeLiteral(DType.FLOAT32));
    Expr place =
        Expr.aten(
            "bucketize",
            numbers,
            all.expr(),
            new Expr.Keyword("right", new Expr.BoolLiteral(true)));
    context.output(
        0,
        context.assign(
            "bins",
            Expr.aten("to", place, new Expr.DTypeLiteral(DType.INT32)),
            x.type().withDtype(DType.INT32)));
  }
}
