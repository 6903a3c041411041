package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Expressions of a module's forward as those of one that does the same itself.
 *
 * @param locals the local values, by their names there
 * @param attributes what the module's tensors are
 */
record Substitution(Map<String, Expr> locals, Function<String, Expr> attributes) {
  Expr of(Expr expr) {
    if (expr instanceof Expr.Local e) {
      return locals.getOrDefault(e.name(), e);
    }
    if (expr instanceof Expr.Attribute e) {
      return attributes.apply(e.path());
    }
    if (expr instanceof Expr.Setting e) {
      return of(e.value());
    }
    if (expr instanceof Expr.ListLiteral e) {
      return new Expr.ListLiteral(of(e.elements()));
    }
    if (expr instanceof Expr.Aten e) {
      return new Expr.Aten(e.operator(), of(e.arguments()));
    }
    if (expr instanceof Expr.Rounded e) {
      return new Expr.Rounded(of(e.value()), of(e.widened()));
    }
    if (expr instanceof Expr.IntArithmetic e) {
      return new Expr.IntArithmetic(e.operator(), of(e.left()), of(e.right()));
    }
    if (expr instanceof Expr.FloatArithmetic e) {
      return new Expr.FloatArithmetic(e.operator(), of(e.operands()));
    }
    return expr;
  }

  private List<Expr> of(List<Expr> all) {
    return all.stream().map(this::of).toList();
  }
}
