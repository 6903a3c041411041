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
    return new Renaming(renamed, UnaryOperator.identity()).of(statement);
  }

  /** With other names for its local values, those too that it assigns. */
  public static Statement withLocals(Statement statement, UnaryOperator<String> renamed) {
    return new Renaming(UnaryOperator.identity(), renamed).of(statement);
  }

  private record Renaming(UnaryOperator<String> paths, UnaryOperator<String> locals) {
    Statement of(Statement statement) {
      Statement.Assign assign = assign(statement);
      // what is read comes first: names may be given in the order in which they are asked for
      Expr value = of(assign.value());
      return new Statement.Assign(assign.targets().stream().map(locals).toList(), value);
    }

    Expr of(Expr expr) {
      if (expr instanceof Expr.Local e) {
        return new Expr.Local(locals.apply(e.name()));
      }
      if (expr instanceof Expr.ModuleCall e) {
        return new Expr.ModuleCall(paths.apply(e.path()), of(e.arguments()));
      }
      if (expr instanceof Expr.Attribute e) {
        return new Expr.Attribute(paths.apply(e.path()));
      }
      if (expr instanceof Expr.Aten e) {
        return new Expr.Aten(e.operator(), of(e.arguments()));
      }
      if (expr instanceof Expr.Keyword e) {
        return new Expr.Keyword(e.name(), of(e.value()));
      }
      if (expr instanceof Expr.ListLiteral e) {
        return new Expr.ListLiteral(of(e.elements()));
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
}
