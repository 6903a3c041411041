package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * BroadcastArgs: the shape that tensors of two shapes broadcast to, as distributions ask for it.
 */
public final class BroadcastShapes implements OpRule {
  private static final Expr ONE = new Expr.IntLiteral(1);

  @Override
  public Set<String> ops() {
    return Set.of("BroadcastArgs");
  }

  @Override
  public void translate(Node node, OpContext context) {
    List<Expr> a = shape(0, context);
    List<Expr> b = shape(1, context);
    int rank = Math.max(a.size(), b.size());
    List<Expr> both = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      both.add(extent(at(a, axis, rank), at(b, axis, rank), node.name(), context));
    }
    context.output(0, new Value.Sizes(both, false));
  }

  private static List<Expr> shape(int input, OpContext context) {
    return context
        .sizes(input)
        .orElseThrow(() -> context.unsupported("a shape that is computed"))
        .elements();
  }

  private static Expr at(List<Expr> shape, int axis, int rank) {
    int own = axis - rank + shape.size();
    return own < 0 ? ONE : shape.get(own);
  }

  /** An extent above one is that of both; what the other has is one or the same, else an error. */
  private static Expr extent(Expr a, Expr b, String node, OpContext context) {
    if (a.equals(b) || b.equals(ONE)) {
      return a;
    }
    if (a.equals(ONE)) {
      return b;
    }
    boolean isKnown = a instanceof Expr.IntLiteral;
    boolean isOtherKnown = b instanceof Expr.IntLiteral;
    if (isKnown && isOtherKnown) {
      throw context.unsupported("extents that do not fit: " + a + ", " + b);
    }
    if (!isKnown && !isOtherKnown) {
      context.assume(
          node + ": of two shapes that are broadcast, extents that are not known are the same");
    }
    return isKnown || !isOtherKnown ? a : b;
  }
}
