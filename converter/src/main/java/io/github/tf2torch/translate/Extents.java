package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells that two extents are one: of a tensor, and of the same turned around or in another order.
 */
final class Extents {
  private final Map<String, Expr> made = new HashMap<>();

  Extents(List<Statement.Assign> statements) {
    for (Statement.Assign statement : statements) {
      if (statement.targets().size() == 1) {
        made.put(statement.targets().get(0), statement.value());
      }
    }
  }

  /** The extent of a dimension, by the first tensor that has it. */
  Expr of(Expr tensor, int dimension) {
    Expr value =
        tensor instanceof Expr.Local local ? made.getOrDefault(local.name(), tensor) : tensor;
    if (value instanceof Expr.Aten e && e.operator().equals("flip")) {
      return of(e.arguments().get(0), dimension);
    }
    if (value instanceof Expr.Aten e
        && e.operator().equals("permute")
        && e.arguments().get(1) instanceof Expr.ListLiteral order
        && order.elements().get(dimension) instanceof Expr.IntLiteral from) {
      return of(e.arguments().get(0), Math.toIntExact(from.value()));
    }
    return Expr.aten("size", tensor, new Expr.IntLiteral(dimension));
  }

  /** The same of every extent in an expression. */
  Expr of(Expr expr) {
    if (expr instanceof Expr.Aten e
        && e.operator().equals("size")
        && e.arguments().get(1) instanceof Expr.IntLiteral dimension) {
      return of(e.arguments().get(0), Math.toIntExact(dimension.value()));
    }
    return expr instanceof Expr.IntArithmetic e
        ? new Expr.IntArithmetic(e.operator(), of(e.left()), of(e.right()))
        : expr;
  }
}
