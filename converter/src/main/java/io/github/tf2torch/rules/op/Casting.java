package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.Set;

/** Cast; of a shape it is nothing, since Python's ints have one type. */
public final class Casting implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Cast");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    DType to = node.typeAttr("DstT");
    Value value = context.input(0);
    if (value instanceof Value.Sizes && to.isFloating()) {
      throw context.unsupported("a shape taken as " + to.torchName());
    }
    if (value instanceof Value.Sizes) {
      context.output(0, value);
    } else if (value instanceof Value.Weight w) {
      boolean same = w.recipe().dtype() == to;
      context.output(0, same ? w : new Value.Weight(new TensorExpr.Cast(w.recipe(), to)));
    } else {
      Held x = context.held(0);
      boolean same = x.type().dtype() == to;
      context.output(
          0,
          same
              ? x
              : context.assign(
                  "cast",
                  Expr.aten("to", x.expr(), new Expr.DTypeLiteral(to)),
                  x.type().withDtype(to)));
    }
  }
}
