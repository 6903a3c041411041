package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;

/** What is known of a program's expressions without a run. */
final class Expressions {
  private Expressions() {}

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
