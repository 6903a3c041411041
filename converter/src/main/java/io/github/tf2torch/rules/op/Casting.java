package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
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
    if (value instanceof Value.Sizes && !to.isFloating() && to != DType.BOOL) {
      context.output(0, value);
    } else if (value instanceof Value.Sizes sizes) {
      context.output(0, number(sizes, to, context));
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

  /** Python's ints as numbers of a tensor's type; known ones are a constant. */
  private static Value number(Value.Sizes sizes, DType to, OpContext context) {
    List<Expr> elements = sizes.elements();
    Shape shape = sizes.scalar() ? Shape.of() : Shape.of(elements.size());
    if (elements.stream().allMatch(e -> e instanceof Expr.IntLiteral)) {
      double[] known = sizes.known().stream().mapToDouble(e -> e).toArray();
      return new Value.Weight(
          new TensorExpr.Constant("size", TensorValue.ofDoubles(to, shape, known)));
    }
    Expr all = sizes.scalar() ? elements.get(0) : new Expr.ListLiteral(elements);
    return context.assign(
        "size",
        Expr.aten("to", Expr.aten("tensor", all), new Expr.DTypeLiteral(to)),
        TensorType.plain(to, Dims.of(shape)));
  }
}
