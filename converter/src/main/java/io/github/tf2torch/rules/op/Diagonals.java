package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Diag and MatrixDiag, DiagPart and MatrixDiagPart: the main diagonal, put into zeros or taken. */
public final class Diagonals implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(
        "Diag",
        "DiagPart",
        "MatrixDiag",
        "MatrixDiagV2",
        "MatrixDiagV3",
        "MatrixDiagPart",
        "MatrixDiagPartV2",
        "MatrixDiagPartV3");
  }

  @Override
  public void translate(Node node, OpContext context) {
    boolean isPart = node.op().contains("Part");
    int rank = context.dims(0).rank();
    if (node.op().startsWith("Diag") && rank != (isPart ? 2 : 1)) {
      throw context.unsupported("a tensor of rank " + rank);
    }
    refuseOtherDiagonals(node, isPart, context);
    Held x = context.held(0, AxisOrder.identity(rank));
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    long last = extents.get(rank - 1);
    if (isPart) {
      extents.remove(rank - 1);
      extents.set(rank - 2, Math.min(last, extents.get(rank - 2)));
    } else {
      extents.add(last);
    }
    Expr zero = new Expr.IntLiteral(0);
    context.output(
        0,
        context.assign(
            "diagonal",
            isPart
                ? Expr.aten(
                    "diagonal", x.expr(), zero, new Expr.IntLiteral(-2), new Expr.IntLiteral(-1))
                : Expr.aten("diag_embed", x.expr()),
            TensorType.plain(x.type().dtype(), new Dims(extents))));
  }

  /** Later versions are told which diagonals; the main one alone needs no padding. */
  private static void refuseOtherDiagonals(Node node, boolean isPart, OpContext context) {
    if (!node.op().endsWith("V2") && !node.op().endsWith("V3")) {
      return;
    }
    if (context.integers(1).stream().anyMatch(k -> k != 0)) {
      throw context.unsupported("diagonals " + context.integers(1));
    }
    for (int i = 2; !isPart && i < 4; i++) {
      if (context.integers(i).get(0) != -1) {
        throw context.unsupported("a matrix of other extents than the diagonal's");
      }
    }
  }
}
