package io.github.tf2torch.model.source;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** An op of TensorFlow's that learning rates are computed with; truths are 1 and 0. */
public enum RateOp {
  ADD("%s + %s", v -> v[0] + v[1], "Add", "AddV2"),
  SUBTRACT("%s - %s", v -> v[0] - v[1], "Sub"),
  MULTIPLY("%s * %s", v -> v[0] * v[1], "Mul"),
  DIVIDE("%s / %s", v -> v[0] / v[1], "RealDiv", "Div"),
  FLOOR_DIVIDE("%s // %s", v -> Math.floor(v[0] / v[1]), "FloorDiv"),
  REMAINDER("%s %% %s", v -> v[0] - v[1] * Math.floor(v[0] / v[1]), "FloorMod"),
  POWER("%s ** %s", v -> Math.pow(v[0], v[1]), "Pow"),
  LEAST("min(%s, %s)", v -> Math.min(v[0], v[1]), "Minimum"),
  MOST("max(%s, %s)", v -> Math.max(v[0], v[1]), "Maximum"),
  NEGATE("-%s", v -> -v[0], "Neg"),
  SQUARE("%s ** 2", v -> v[0] * v[0], "Square"),
  ROOT("math.sqrt(%s)", v -> Math.sqrt(v[0]), "Sqrt"),
  RECIPROCAL_ROOT("1 / math.sqrt(%s)", v -> 1 / Math.sqrt(v[0]), "Rsqrt"),
  EXPONENTIAL("math.exp(%s)", v -> Math.exp(v[0]), "Exp"),
  LOGARITHM("math.log(%s)", v -> Math.log(v[0]), "Log"),
  COSINE("math.cos(%s)", v -> Math.cos(v[0]), "Cos"),
  SINE("math.sin(%s)", v -> Math.sin(v[0]), "Sin"),
  FLOOR("math.floor(%s)", v -> Math.floor(v[0]), "Floor"),
  CEILING("math.ceil(%s)", v -> Math.ceil(v[0]), "Ceil"),
  /** A cast to another width, or from an integer. */
  CAST("%s", v -> v[0]),
  /** A cast to an integer. */
  TRUNCATE("math.trunc(%s)", v -> v[0] < 0 ? Math.ceil(v[0]) : Math.floor(v[0])),
  LESS("%s < %s", v -> truth(v[0] < v[1]), "Less"),
  LESS_EQUAL("%s <= %s", v -> truth(v[0] <= v[1]), "LessEqual"),
  GREATER("%s > %s", v -> truth(v[0] > v[1]), "Greater"),
  GREATER_EQUAL("%s >= %s", v -> truth(v[0] >= v[1]), "GreaterEqual"),
  EQUAL("%s == %s", v -> truth(v[0] == v[1]), "Equal"),
  NOT_EQUAL("%s != %s", v -> truth(v[0] != v[1]), "NotEqual"),
  AND("%s and %s", v -> truth(v[0] != 0 && v[1] != 0), "LogicalAnd"),
  OR("%s or %s", v -> truth(v[0] != 0 || v[1] != 0), "LogicalOr"),
  NOT("not %s", v -> truth(v[0] == 0), "LogicalNot"),
  SELECT("%2$s if %1$s else %3$s", v -> v[0] != 0 ? v[1] : v[2], "Select", "SelectV2");

  private static final Set<RateOp> OF_THREE = Set.of(SELECT);

  private final String python;
  private final ToDoubleFunction<double[]> value;
  private final Set<String> names;

  RateOp(String python, ToDoubleFunction<double[]> value, String... names) {
    this.python = python;
    this.value = value;
    this.names = Set.of(names);
  }

  private static double truth(boolean is) {
    return is ? 1 : 0;
  }

  /** By the op's name in a graph. */
  public static Optional<RateOp> of(String op) {
    return Arrays.stream(values()).filter(o -> o.names.contains(op)).findFirst();
  }

  public int operands() {
    return OF_THREE.contains(this) ? 3 : python.indexOf("%s") == python.lastIndexOf("%s") ? 1 : 2;
  }

  double apply(double... operands) {
    return value.applyAsDouble(operands);
  }

  /** The expression over operands that are names or numbers. */
  public String python(Object... operands) {
    return python.formatted(operands);
  }

  public boolean isTruth() {
    return ordinal() >= LESS.ordinal() && this != SELECT;
  }
}
