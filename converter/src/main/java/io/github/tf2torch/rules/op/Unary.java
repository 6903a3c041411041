package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Ops of one tensor, element by element: one row each. */
public final class Unary implements OpRule {
  private static final Map<String, BiFunction<Node, Expr, Expr.Aten>> ROWS =
      Map.ofEntries(
          row("Relu", "relu"),
          row("Relu6", "relu6"),
          row("Sigmoid", "sigmoid"),
          row(Node.FUSED + "Silu", "silu"),
          row("Tanh", "tanh"),
          row("Elu", "elu"),
          row("Selu", "selu"),
          row("Softplus", "softplus"),
          row("Exp", "exp"),
          row("Expm1", "expm1"),
          row("Log", "log"),
          row("Log1p", "log1p"),
          row("Sqrt", "sqrt"),
          row("Rsqrt", "rsqrt"),
          row("Square", "square"),
          row("Neg", "neg"),
          row("Abs", "abs"),
          row("Sign", "sign"),
          row("Erf", "erf"),
          row("Erfc", "erfc"),
          row("Sin", "sin"),
          row("Cos", "cos"),
          row("Tan", "tan"),
          row("Floor", "floor"),
          row("Ceil", "ceil"),
          // all three round half to even
          row("Rint", "round"),
          row("Round", "round"),
          row("Reciprocal", "reciprocal"),
          row("Inv", "reciprocal"),
          row("LogicalNot", "logical_not"),
          row("IsNan", "isnan"),
          row("IsInf", "isinf"),
          row("IsFinite", "isfinite"),
          row("Sinh", "sinh"),
          row("Cosh", "cosh"),
          row("Asin", "asin"),
          row("Acos", "acos"),
          row("Atan", "atan"),
          row("Asinh", "asinh"),
          row("Acosh", "acosh"),
          row("Atanh", "atanh"),
          row("Lgamma", "lgamma"),
          row("Digamma", "digamma"),
          row("Erfinv", "erfinv"),
          row("OnesLike", "ones_like"),
          row("ZerosLike", "zeros_like"),
          Map.entry(
              "LeakyRelu",
              (node, x) ->
                  Expr.aten("leaky_relu", x, new Expr.FloatLiteral(node.floatAttr("alpha")))),
          Map.entry(
              "Softsign",
              (node, x) ->
                  Expr.aten(
                      "div", x, Expr.aten("add", Expr.aten("abs", x), new Expr.FloatLiteral(1)))));

  private static Map.Entry<String, BiFunction<Node, Expr, Expr.Aten>> row(String op, String aten) {
    return Map.entry(op, (node, x) -> Expr.aten(aten, x));
  }

  @Override
  public Set<String> ops() {
    return ROWS.keySet();
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.held(0);
    TensorType type = node.op().startsWith("Is") ? x.type().withDtype(DType.BOOL) : x.type();
    context.output(0, context.assign(ROWS.get(node.op()).apply(node, x.expr()), type));
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }
}
