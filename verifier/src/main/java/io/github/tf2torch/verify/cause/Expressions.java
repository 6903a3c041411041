package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.Set;

/** What is known of a program's expressions without a run. */
final class Expressions {
  /** What gives a tensor other extents. */
  static final Set<String> VIEWS = Set.of("view", "reshape");

  private Expressions() {}

  /** The extents that a tensor is viewed with; none of another expression. */
  static List<Expr> viewed(Expr expr) {
    return expr instanceof Expr.Aten call
            && VIEWS.contains(call.operator())
            && call.arguments().size() > 1
            && call.arguments().get(1) instanceof Expr.ListLiteral extents
        ? extents.elements()
        : List.of();
  }

  /** The whole numbers that an argument lists; none where it is something else. */
  static List<Long> wholes(Expr.Aten call, int at) {
    boolean isKnown =
        call.arguments().size() > at
            && call.arguments().get(at) instanceof Expr.ListLiteral list
            && list.elements().stream().allMatch(Expr.IntLiteral.class::isInstance);
    return isKnown
        ? ((Expr.ListLiteral) call.arguments().get(at))
            .elements().stream().map(e -> ((Expr.IntLiteral) e).value()).toList()
        : List.of();
  }
}
