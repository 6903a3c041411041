package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.Expr;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A function of numbers within a cell.
 *
 * @param name as Keras has it: {@code hard_sigmoid}
 * @param body what it makes of the local value {@code x}
 */
public record CellFunction(String name, Expr body) {
  public static final Expr ARGUMENT = Expr.local("x");
  public static final CellFunction TANH = new CellFunction("tanh", Expr.aten("tanh", ARGUMENT));
  public static final CellFunction SIGMOID =
      new CellFunction("sigmoid", Expr.aten("sigmoid", ARGUMENT));
  public static final CellFunction RELU = new CellFunction("relu", Expr.aten("relu", ARGUMENT));

  /** What it makes of an expression, which may come more than once in the result. */
  Expr of(Expr argument) {
    return replaced(body, argument);
  }

  /** Whether it has its argument in one place. */
  boolean usesOnce() {
    return uses(body) == 1;
  }

  private static int uses(Expr expr) {
    return expr.equals(ARGUMENT) ? 1 : expr.parts().stream().mapToInt(CellFunction::uses).sum();
  }

  private static Expr replaced(Expr expr, Expr argument) {
    if (expr.equals(ARGUMENT)) {
      return argument;
    }
    return expr instanceof Expr.Aten call
        ? new Expr.Aten(
            call.operator(), call.arguments().stream().map(a -> replaced(a, argument)).toList())
        : expr;
  }

  /** As a part of a class's name: {@code HardSigmoid}. */
  String camel() {
    return Arrays.stream(name.split("_", -1))
        .map(part -> part.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + part.substring(1))
        .collect(Collectors.joining());
  }
}
