package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import java.util.List;
import java.util.Set;

/**
 * TF1's Select, whose three inputs have one shape; or the condition is a vector that chooses along
 * the first axis, not the last.
 */
public final class Selecting implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Select");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    int rank = context.dims(1).rank();
    boolean isOfRows = context.dims(0).rank() == 1 && rank > 1;
    Broadcasting all = Broadcasting.of(context, isOfRows ? List.of(1, 2) : List.of(0, 1, 2));
    List<Expr> operands = all.operands();
    Expr condition = isOfRows ? rows(all, rank, context) : operands.get(0);
    Expr then = Several.tensor(operands.get(operands.size() - 2), 1, context);
    Expr otherwise = Several.tensor(operands.get(operands.size() - 1), 2, context);
    context.output(
        0,
        context.assign(Expr.aten("where", condition, then, otherwise), all.type(context.dtype(1))));
  }

  /** The vector as a column that broadcasts along all other axes. */
  private static Expr rows(Broadcasting chosen, int rank, OpContext context) {
    if (chosen.layout().order().dimensionOf(0) != 0) {
      throw context.unsupported("a choice of rows that are not the first dimension");
    }
    Expr column = context.held(0).expr();
    for (int i = 1; i < rank; i++) {
      column = Expr.aten("unsqueeze", column, new Expr.IntLiteral(i));
    }
    return column;
  }
}
