package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.Expr;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Epsilon inside the root or beside it, and before the bias of Adam's second moment is corrected or
 * after.
 */
final class EpsilonPlace {
  private static final Expr ONE = new Expr.IntLiteral(1);

  private EpsilonPlace() {}

  static Stream<StepCandidate> of(StepEvidence evidence) {
    return Stream.of(
            candidate(
                evidence,
                "TensorFlow adds epsilon inside the root, sqrt(v + epsilon); it is outside here",
                EpsilonPlace::inside),
            candidate(
                evidence,
                "TensorFlow adds epsilon outside the root, sqrt(v) + epsilon; it is inside here",
                EpsilonPlace::outside),
            candidate(
                evidence,
                "TensorFlow adds epsilon before the bias is corrected (epsilon hat); it is added"
                    + " after here, as torch.optim.Adam does",
                e -> scaled(evidence, e, "/")),
            candidate(
                evidence,
                "TensorFlow adds epsilon after the bias is corrected; it is added before here",
                e -> scaled(evidence, e, "*")))
        .filter(c -> !c.groups().equals(evidence.groups()));
  }

  private static StepCandidate candidate(
      StepEvidence evidence, String cause, UnaryOperator<Expr> rewrite) {
    return new StepCandidate(
        "epsilon place",
        cause,
        evidence.each(
            group -> group.with(StepRules.rewritten(group.rule(), t -> true, rewrite), 0)));
  }

  private static boolean isEpsilon(Expr expr) {
    return StepRules.isNumber(expr, "epsilon", "eps");
  }

  private static Expr inside(Expr expr) {
    return expr instanceof Expr.Aten sum
            && sum.operator().equals("add")
            && isEpsilon(sum.arguments().get(1))
            && sum.arguments().get(0) instanceof Expr.Aten root
            && root.operator().equals("sqrt")
        ? Expr.aten("sqrt", Expr.aten("add", root.arguments().get(0), sum.arguments().get(1)))
        : expr;
  }

  private static Expr outside(Expr expr) {
    return expr instanceof Expr.Aten root
            && root.operator().equals("sqrt")
            && root.arguments().get(0) instanceof Expr.Aten sum
            && sum.operator().equals("add")
            && isEpsilon(sum.arguments().get(1))
        ? Expr.aten("add", Expr.aten("sqrt", sum.arguments().get(0)), sum.arguments().get(1))
        : expr;
  }

  /** By the root of the second moment's correction, where the rule keeps its power. */
  private static Expr scaled(StepEvidence evidence, Expr expr, String operator) {
    if (!isEpsilon(expr) || !evidence.first().rule().numbers().contains("beta2_power")) {
      return expr;
    }
    Expr correction =
        new Expr.FloatArithmetic(
            "sqrt",
            List.of(new Expr.FloatArithmetic("-", List.of(ONE, new Expr.Local("beta2_power")))));
    return new Expr.FloatArithmetic(operator, List.of(expr, correction));
  }
}
