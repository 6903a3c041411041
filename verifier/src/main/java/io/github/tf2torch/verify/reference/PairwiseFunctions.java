package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Functions of two tensors, or of a tensor and a number, element by element. */
final class PairwiseFunctions extends FunctionCall {
  PairwiseFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  private static final Map<String, String> PAIRWISE =
      Map.ofEntries(
          Map.entry("add", "AddV2"),
          Map.entry("subtract", "Sub"),
          Map.entry("sub", "Sub"),
          Map.entry("multiply", "Mul"),
          Map.entry("mul", "Mul"),
          Map.entry("divide", "RealDiv"),
          Map.entry("true_divide", "RealDiv"),
          Map.entry("truediv", "RealDiv"),
          Map.entry("maximum", "Maximum"),
          Map.entry("minimum", "Minimum"),
          Map.entry("logical_xor", "NotEqual"),
          Map.entry("power", "Pow"),
          Map.entry("pow", "Pow"),
          Map.entry("not_equal", "NotEqual"),
          Map.entry("equal", "Equal"),
          Map.entry("greater", "Greater"),
          Map.entry("greater_equal", "GreaterEqual"),
          Map.entry("less", "Less"),
          Map.entry("less_equal", "LessEqual"),
          Map.entry("logical_and", "LogicalAnd"),
          Map.entry("logical_or", "LogicalOr"),
          Map.entry("bitwise_and", "BitwiseAnd"),
          Map.entry("bitwise_or", "BitwiseOr"),
          Map.entry("bitwise_xor", "BitwiseXor"));

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    SymbolicTensor y = PAIRWISE.containsKey(name) ? pairwise(PAIRWISE.get(name)) : composed(name);
    return Optional.ofNullable(y).map(List::of);
  }

  private @Nullable SymbolicTensor composed(String name) {
    return switch (name) {
      case "floor_divide" -> ops.one("Floor", pairwise("RealDiv"));
      case "mod" -> remainder();
      case "arctan2" -> angle();
      case "logaddexp" -> logOfSum(Math.E);
      case "logaddexp2" -> logOfSum(2);
      case "hypot" -> {
        SymbolicTensor squares = ops.add(ops.one("Square", x), ops.one("Square", operand(1)));
        yield ops.one("Sqrt", squares);
      }
      case "heaviside" -> step();
      case "fmod" -> truncated();
      case "fmax" -> ops.one("Maximum", x, operand(1));
      case "fmin" -> ops.one("Minimum", x, operand(1));
      case "divide_no_nan" -> safe();
      case "isclose" -> {
        SymbolicTensor y = operand(1);
        SymbolicTensor bound = ops.add(ops.mul(ops.one("Abs", y), operand(2)), operand(3));
        yield ops.one("LessEqual", ops.one("Abs", ops.sub(x, y)), bound);
      }
      default -> null;
    };
  }

  private SymbolicTensor pairwise(String op) {
    List<LayerCall.Operand> operands = operands();
    if (operands.size() != 2) {
      throw call.missing("of " + operands.size() + " arguments");
    }
    SymbolicTensor like =
        operands.stream().flatMap(o -> o.tensor().stream()).findFirst().orElseThrow();
    List<SymbolicTensor> both = operands.stream().map(o -> operand(o, like)).toList();
    return ops.one(op, both.get(0), both.get(1));
  }

  /** Both of one shape: the gradient in TensorFlow's C++ registry does not sum what it repeats. */
  private SymbolicTensor angle() {
    SymbolicTensor other = operand(operands().get(1), x);
    SymbolicTensor nothing = ops.one("ZerosLike", ops.add(x, other));
    return ops.one("Atan2", ops.add(x, nothing), ops.add(other, nothing));
  }

  /** By its definition: TensorFlow's own has no gradient. */
  private SymbolicTensor remainder() {
    SymbolicTensor divisor = operand(operands().get(1), x);
    if (!x.dtype().isFloating()) {
      return ops.one("FloorMod", x, divisor);
    }
    SymbolicTensor whole = ops.one("Floor", ops.div(x, divisor));
    return ops.sub(x, ops.mul(whole, divisor));
  }

  /** By its definition, for which the recorded numbers are small enough. */
  private SymbolicTensor logOfSum(double base) {
    double unit = Math.log(base);
    SymbolicTensor sum =
        ops.add(ops.one("Exp", ops.mul(x, unit)), ops.one("Exp", ops.mul(operand(1), unit)));
    return ops.div(ops.one("Log", sum), unit);
  }

  private SymbolicTensor step() {
    SymbolicTensor zeros = ops.one("ZerosLike", x);
    SymbolicTensor atZero = ops.add(zeros, operand(1));
    SymbolicTensor upper = ops.where(ops.greater(x, 0), ops.one("OnesLike", x), atZero);
    return ops.where(ops.one("Less", x, ops.number(0, x)), zeros, upper);
  }

  /** The rest of a division towards zero. */
  private SymbolicTensor truncated() {
    SymbolicTensor y = operand(1);
    SymbolicTensor ratio = ops.div(x, y);
    SymbolicTensor whole = ops.mul(ops.one("Sign", ratio), ops.one("Floor", ops.one("Abs", ratio)));
    return ops.sub(x, ops.mul(whole, y));
  }

  /** TensorFlow's DivNoNan has no gradient in its C++ registry. */
  private SymbolicTensor safe() {
    SymbolicTensor y = operand(1);
    SymbolicTensor isZero = ops.one("Equal", y, ops.number(0, y));
    SymbolicTensor divisor = ops.where(isZero, ops.one("OnesLike", y), y);
    SymbolicTensor share = ops.sub(ops.number(1, y), ops.cast(isZero, y.dtype()));
    return ops.mul(ops.div(x, divisor), share);
  }
}
