package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Arithmetic on extents, in Python's ints; what is known is computed at once. */
final class SizeArithmetic {
  private static final Map<String, String> OPERATORS =
      Map.of(
          "Add",
          "+",
          "AddV2",
          "+",
          "Sub",
          "-",
          "Mul",
          "*",
          "FloorDiv",
          "//",
          "FloorMod",
          "%",
          "Maximum",
          "max",
          "Minimum",
          "min");

  private SizeArithmetic() {}

  /** Whether it is arithmetic on extents alone; else they are taken as tensors. */
  static boolean knows(Node node, OpContext context) {
    return OPERATORS.containsKey(node.op())
        && context.sizes(0).isPresent()
        && context.sizes(1).isPresent();
  }

  static Value.Sizes of(Node node, OpContext context) {
    String operator = Objects.requireNonNull(OPERATORS.get(node.op()));
    Value.Sizes left = context.sizes(0).orElseThrow();
    Value.Sizes right = context.sizes(1).orElseThrow();
    int count = Math.max(left.elements().size(), right.elements().size());
    List<Expr> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(apply(operator, at(left, i), at(right, i)));
    }
    return new Value.Sizes(elements, left.scalar() && right.scalar());
  }

  static Expr apply(String operator, Expr left, Expr right) {
    if (left instanceof Expr.IntLiteral a && right instanceof Expr.IntLiteral b) {
      return new Expr.IntLiteral(compute(operator, a.value(), b.value()));
    }
    if (operator.equals("*") && left.equals(new Expr.IntLiteral(1))) {
      return right;
    }
    if (operator.equals("*") && right.equals(new Expr.IntLiteral(1))) {
      return left;
    }
    return new Expr.IntArithmetic(operator, left, right);
  }

  private static long compute(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      case "max" -> Math.max(a, b);
      case "min" -> Math.min(a, b);
      default -> throw new AssertionError("no case for " + operator);
    };
  }

  private static Expr at(Value.Sizes sizes, int index) {
    return sizes.elements().get(sizes.elements().size() == 1 ? 0 : index);
  }
}
