package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rewrites the expressions of a program from the inside out. */
public final class ExprMap {
  private ExprMap() {}

  public static Statement statement(Statement statement, UnaryOperator<Expr> rewrite) {
    if (statement instanceof Statement.Assign s) {
      return new Statement.Assign(s.targets(), expr(s.value(), rewrite));
    }
    if (statement instanceof Statement.Return s) {
      return new Statement.Return(expr(s.value(), rewrite));
    }
    if (statement instanceof Statement.If s) {
      return new Statement.If(
          expr(s.condition(), rewrite),
          s.then().stream().map(t -> statement(t, rewrite)).toList(),
          s.otherwise().stream().map(t -> statement(t, rewrite)).toList());
    }
    if (statement instanceof Statement.For s) {
      return new Statement.For(
          s.index(),
          expr(s.count(), rewrite),
          s.body().stream().map(t -> statement(t, rewrite)).toList());
    }
    throw new AssertionError("no case for " + statement.getClass().getSimpleName());
  }

  public static Expr expr(Expr expr, UnaryOperator<Expr> rewrite) {
    if (expr instanceof Expr.Aten e) {
      return rewrite.apply(new Expr.Aten(e.operator(), all(e.arguments(), rewrite)));
    }
    if (expr instanceof Expr.ModuleCall e) {
      return rewrite.apply(new Expr.ModuleCall(e.path(), all(e.arguments(), rewrite)));
    }
    if (expr instanceof Expr.Keyword e) {
      return rewrite.apply(new Expr.Keyword(e.name(), expr(e.value(), rewrite)));
    }
    if (expr instanceof Expr.ListLiteral e) {
      return rewrite.apply(new Expr.ListLiteral(all(e.elements(), rewrite)));
    }
    if (expr instanceof Expr.IntArithmetic e) {
      return rewrite.apply(
          new Expr.IntArithmetic(e.operator(), expr(e.left(), rewrite), expr(e.right(), rewrite)));
    }
    if (expr instanceof Expr.FloatArithmetic e) {
      return rewrite.apply(new Expr.FloatArithmetic(e.operator(), all(e.operands(), rewrite)));
    }
    if (expr instanceof Expr.Rounded e) {
      Expr value = expr(e.value(), rewrite);
      Expr widened = expr(e.widened(), rewrite);
      boolean isOther = !value.equals(e.value()) && widened.equals(e.widened());
      return rewrite.apply(isOther ? value : new Expr.Rounded(value, widened));
    }
    return rewrite.apply(expr);
  }

  private static List<Expr> all(List<Expr> exprs, UnaryOperator<Expr> rewrite) {
    return exprs.stream().map(e -> expr(e, rewrite)).toList();
  }
}
