package io.github.tf2torch.write.torchscript;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The expressions of an update rule in the dialect of serialized TorchScript. A number is a float
 * there, whole or not, and stands behind the tensor in an operator's arguments; what Python makes
 * of a number in front of a tensor is made here in the same operations (torch/_tensor.py, {@code
 * __rsub__} and {@code __rdiv__}).
 */
final class StepExpressions {
  private static final Map<String, String> NUMBERS =
      Map.of(
          "+", "torch.add",
          "-", "torch.sub",
          "*", "torch.mul",
          "/", "torch.div",
          "**", "torch.pow",
          "neg", "torch.neg",
          "sqrt", "torch.sqrt",
          "max", "ops.prim.max",
          "min", "ops.prim.min");

  private final Set<String> tensors = new HashSet<>(Set.of("p", "g"));

  StepExpressions(UpdateRule rule) {
    rule.state().forEach(s -> tensors.add(s.name()));
    for (Statement.Assign line : rule.each()) {
      if (isTensor(line.value())) {
        tensors.addAll(line.targets());
      }
    }
  }

  String print(Expr expr) {
    if (expr instanceof Expr.Local e) {
      return e.name();
    }
    if (expr instanceof Expr.IntLiteral e) {
      return e.value() + ".0";
    }
    if (expr instanceof Expr.FloatLiteral e) {
      return Float.toString(e.value()).toLowerCase(Locale.ROOT);
    }
    if (expr instanceof Expr.BoolLiteral e) {
      return e.value() ? "True" : "False";
    }
    if (expr instanceof Expr.ListLiteral e) {
      return "[" + list(e.elements()) + "]";
    }
    if (expr instanceof Expr.FloatArithmetic e) {
      return e.operator().equals("float32")
          ? "float(torch.full(annotate(List[int], []), " + list(e.operands()) + ", dtype=6))"
          : NUMBERS.get(e.operator()) + "(" + list(e.operands()) + ")";
    }
    if (expr instanceof Expr.Aten e) {
      return aten(e.operator(), e.arguments());
    }
    throw new AssertionError("no case for " + expr.getClass().getSimpleName());
  }

  private String aten(String operator, List<Expr> arguments) {
    boolean isReversed = arguments.size() == 2 && !isTensor(arguments.get(0));
    if (isReversed) {
      String number = print(arguments.get(0));
      String tensor = print(arguments.get(1));
      return switch (operator) {
        case "add", "mul" -> "torch." + operator + "(" + tensor + ", " + number + ")";
        case "sub" -> "torch.rsub(" + tensor + ", " + number + ")";
        case "div" -> "torch.mul(torch.reciprocal(" + tensor + "), " + number + ")";
        default -> throw new AssertionError("no number before a tensor in " + operator);
      };
    }
    return switch (operator) {
      case "norm" -> "torch.norm(" + list(arguments) + ", 2)";
      case "mean" ->
          arguments.size() == 1
              ? "torch.mean(" + list(arguments) + ")"
              : "torch.mean(" + print(arguments.get(0)) + ", " + axes(arguments.get(1)) + ", True)";
      case "clamp" ->
          "torch.clamp(" + list(arguments) + (arguments.size() == 2 ? ", None" : "") + ")";
      default -> "torch." + operator + "(" + list(arguments) + ")";
    };
  }

  /** The axes of a sum are whole numbers, and come among the others. */
  private String axes(Expr list) {
    return ((Expr.ListLiteral) list)
        .elements().stream()
            .map(e -> "int(" + print(e) + ")")
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private String list(List<Expr> expressions) {
    return expressions.stream().map(this::print).collect(Collectors.joining(", "));
  }

  private boolean isTensor(Expr expr) {
    return expr instanceof Expr.Aten
        || expr instanceof Expr.Local local && tensors.contains(local.name());
  }
}
