package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.verify.cause.ExprMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A fault of the formula itself, as a class of one's own for the optimizer has it. */
record RuleFault(String graph, String kind, String name, UnaryOperator<UpdateRule> plant) {

  private static final Expr EPSILON = Expr.local("epsilon");

  static final RuleFault UNDER_THE_ROOT =
      new RuleFault(
          "adam/model.ckpt.meta",
          "epsilon place",
          "under the root",
          r ->
              each(
                  r,
                  e ->
                      beside(e)
                          .<Expr>map(x -> Expr.aten("sqrt", Expr.aten("add", x, EPSILON)))
                          .orElse(e)));

  static final List<RuleFault> ALL =
      List.of(
          new RuleFault(
              "rmsprop/model.ckpt.meta",
              "epsilon place",
              "beside the root",
              r ->
                  each(
                      r,
                      e ->
                          under(e)
                              .<Expr>map(x -> Expr.aten("add", Expr.aten("sqrt", x), EPSILON))
                              .orElse(e))),
          UNDER_THE_ROOT,
          new RuleFault(
              "adam/model.ckpt.meta",
              "epsilon place",
              "after the correction, as PyTorch's",
              r -> each(r, e -> e.equals(EPSILON) ? corrected() : e)));

  private static UpdateRule each(UpdateRule rule, UnaryOperator<Expr> rewrite) {
    return new UpdateRule(
        rule.className(),
        rule.summary(),
        rule.settings(),
        rule.counters(),
        rule.state(),
        rule.before(),
        rule.each().stream().map(l -> (Statement.Assign) ExprMap.statement(l, rewrite)).toList(),
        rule.after(),
        rule.variant());
  }

  /** What is under a root with epsilon. */
  private static Optional<Expr> under(Expr expr) {
    return argument(expr, "sqrt").flatMap(sum -> argument(sum, "add"));
  }

  /** What is under a root that epsilon is beside. */
  private static Optional<Expr> beside(Expr expr) {
    return argument(expr, "add").flatMap(root -> argument(root, "sqrt"));
  }

  private static Optional<Expr> argument(Expr expr, String operator) {
    return expr instanceof Expr.Aten a
            && a.operator().equals(operator)
            && (operator.equals("sqrt") || a.arguments().get(1).equals(EPSILON))
        ? Optional.of(a.arguments().get(0))
        : Optional.empty();
  }

  private static Expr corrected() {
    Expr left =
        new Expr.FloatArithmetic(
            "-", List.of(new Expr.IntLiteral(1), new Expr.Local("beta2_power")));
    return new Expr.FloatArithmetic(
        "*", List.of(EPSILON, new Expr.FloatArithmetic("sqrt", List.of(left))));
  }
}
