package io.github.tf2torch.model.target;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What the expressions of a forward read. */
public final class Expressions {
  private Expressions() {}

  /** The local values that it reads, in order. */
  public static Set<String> locals(Expr expr) {
    Set<String> found = new LinkedHashSet<>();
    collectLocals(expr, found);
    return found;
  }

  private static void collectLocals(Expr expr, Set<String> into) {
    if (expr instanceof Expr.Local local) {
      into.add(local.name());
    }
    expr.parts().forEach(p -> collectLocals(p, into));
  }

  /** The paths of the modules that it calls and of the tensors that it reads. */
  public static Set<String> paths(Expr expr) {
    Set<String> found = new LinkedHashSet<>();
    collectPaths(expr, found);
    return found;
  }

  private static void collectPaths(Expr expr, Set<String> into) {
    if (expr instanceof Expr.ModuleCall call) {
      into.add(call.path());
    } else if (expr instanceof Expr.Attribute attribute) {
      into.add(attribute.path());
    }
    expr.parts().forEach(p -> collectPaths(p, into));
  }

  public static Expr value(Statement statement) {
    return assign(statement).value();
  }

  /** A forward of a whole model only assigns. */
  public static Statement.Assign assign(Statement statement) {
    if (statement instanceof Statement.Assign assign) {
      return assign;
    }
    throw new IllegalArgumentException("forward of the root only assigns, not " + statement);
  }

  public static Statement withPaths(Statement statement, UnaryOperator<String> renamed) {
    Statement.Assign assign = assign(statement);
    return new Statement.Assign(assign.targets(), withPaths(assign.value(), renamed));
  }

  private static Expr withPaths(Expr expr, UnaryOperator<String> renamed) {
    if (expr instanceof Expr.ModuleCall e) {
      return new Expr.ModuleCall(renamed.apply(e.path()), withPaths(e.arguments(), renamed));
    }
    if (expr instanceof Expr.Attribute e) {
      return new Expr.Attribute(renamed.apply(e.path()));
    }
    if (expr instanceof Expr.Aten e) {
      return new Expr.Aten(e.operator(), withPaths(e.arguments(), renamed));
    }
    if (expr instanceof Expr.Keyword e) {
      return new Expr.Keyword(e.name(), withPaths(e.value(), renamed));
    }
    if (expr instanceof Expr.ListLiteral e) {
      return new Expr.ListLiteral(withPaths(e.elements(), renamed));
    }
    if (expr instanceof Expr.Rounded e) {
      return new Expr.Rounded(withPaths(e.value(), renamed), withPaths(e.widened(), renamed));
    }
    if (expr instanceof Expr.IntArithmetic e) {
      return new Expr.IntArithmetic(
          e.operator(), withPaths(e.left(), renamed), withPaths(e.right(), renamed));
    }
    if (expr instanceof Expr.FloatArithmetic e) {
      return new Expr.FloatArithmetic(e.operator(), withPaths(e.operands(), renamed));
    }
    return expr;
  }

  private static List<Expr> withPaths(List<Expr> all, UnaryOperator<String> renamed) {
    return all.stream().map(e -> withPaths(e, renamed)).toList();
  }
}
