package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * TensorFlow's own functions in models of Keras 2.4 to 2.15, by the names that {@code TFOpLambda}
 * stores: those that are one op or a few.
 */
final class TensorFlowFunctions {
  /**
   * @param arguments the names of those that the rule knows
   */
  private record Entry(Set<String> arguments, Function<TensorFlowCall, List<Value>> results) {}

  private static final Map<String, String> UNARY =
      Map.ofEntries(
          Map.entry("math.abs", "Abs"),
          Map.entry("math.acos", "Acos"),
          Map.entry("math.asin", "Asin"),
          Map.entry("math.atan", "Atan"),
          Map.entry("math.ceil", "Ceil"),
          Map.entry("math.cos", "Cos"),
          Map.entry("math.cosh", "Cosh"),
          Map.entry("math.erf", "Erf"),
          Map.entry("math.exp", "Exp"),
          Map.entry("math.expm1", "Expm1"),
          Map.entry("math.floor", "Floor"),
          Map.entry("math.is_finite", "IsFinite"),
          Map.entry("math.is_inf", "IsInf"),
          Map.entry("math.is_nan", "IsNan"),
          Map.entry("math.log", "Log"),
          Map.entry("math.log1p", "Log1p"),
          Map.entry("math.logical_not", "LogicalNot"),
          Map.entry("math.negative", "Neg"),
          Map.entry("math.reciprocal", "Reciprocal"),
          Map.entry("math.round", "Round"),
          Map.entry("math.rsqrt", "Rsqrt"),
          Map.entry("math.sigmoid", "Sigmoid"),
          Map.entry("math.sign", "Sign"),
          Map.entry("math.sin", "Sin"),
          Map.entry("math.sinh", "Sinh"),
          Map.entry("math.sqrt", "Sqrt"),
          Map.entry("math.square", "Square"),
          Map.entry("math.tan", "Tan"),
          Map.entry("math.tanh", "Tanh"),
          Map.entry("nn.relu", "Relu"),
          Map.entry("nn.relu6", "Relu6"),
          Map.entry("nn.sigmoid", "Sigmoid"),
          Map.entry("nn.tanh", "Tanh"),
          Map.entry("identity", "Identity"),
          Map.entry("convert_to_tensor", "Identity"),
          Map.entry("round", "Round"),
          Map.entry("stop_gradient", "StopGradient"),
          Map.entry("zeros_like", "ZerosLike"),
          Map.entry("ones_like", "OnesLike"),
          Map.entry("shape", "Shape"),
          Map.entry("compat.v1.shape", "Shape"));

  private static final Map<String, String> BINARY =
      Map.ofEntries(
          Map.entry("__operators__.add", "AddV2"),
          Map.entry("__operators__.eq", "Equal"),
          Map.entry("__operators__.ne", "NotEqual"),
          Map.entry("math.add", "AddV2"),
          Map.entry("math.atan2", "Atan2"),
          Map.entry("math.divide_no_nan", "DivNoNan"),
          Map.entry("math.equal", "Equal"),
          Map.entry("math.floordiv", "FloorDiv"),
          Map.entry("math.floormod", "FloorMod"),
          Map.entry("math.greater", "Greater"),
          Map.entry("math.greater_equal", "GreaterEqual"),
          Map.entry("math.less", "Less"),
          Map.entry("math.less_equal", "LessEqual"),
          Map.entry("math.logical_and", "LogicalAnd"),
          Map.entry("math.logical_or", "LogicalOr"),
          Map.entry("math.maximum", "Maximum"),
          Map.entry("math.minimum", "Minimum"),
          Map.entry("math.multiply", "Mul"),
          Map.entry("math.not_equal", "NotEqual"),
          Map.entry("math.pow", "Pow"),
          Map.entry("math.squared_difference", "SquaredDifference"),
          Map.entry("math.subtract", "Sub"));

  private static final Map<String, Entry> TABLE = table();

  private TensorFlowFunctions() {}

  private static Map<String, Entry> table() {
    Map<String, Entry> all = new HashMap<>();
    UNARY.forEach((name, op) -> put(all, name, Set.of(), call -> call.one(op, Map.of(), call.x())));
    BINARY.forEach(
        (name, op) -> put(all, name, Set.of("y"), c -> c.one(op, Map.of(), c.x(), c.operand("y"))));
    for (String name : List.of("math.divide", "math.truediv")) {
      put(all, name, Set.of("y"), TensorFlowFunctions::divided);
    }
    ActivatingTensorFlow.TABLE.forEach((n, rule) -> put(all, n, rule.arguments(), rule.result()));
    ShapingTensorFlow.TABLE.forEach((n, rule) -> put(all, n, rule.arguments(), rule.result()));
    all.put("split", new Entry(Set.of("num_or_size_splits", "axis"), ShapingTensorFlow::split));
    all.put("unstack", new Entry(Set.of("num", "axis"), ShapingTensorFlow::unstacked));
    return Map.copyOf(all);
  }

  private static void put(
      Map<String, Entry> all,
      String name,
      Set<String> arguments,
      Function<TensorFlowCall, Value> result) {
    all.put(name, new Entry(arguments, call -> List.of(result.apply(call))));
  }

  /** Python's division of whole numbers gives others, of a type by rules of its own. */
  private static Value divided(TensorFlowCall call) {
    Value x = call.x();
    Value y = call.operand("y");
    for (Value operand : List.of(x, y)) {
      if (operand instanceof Value.Sizes
          || operand instanceof Held held && !held.type().dtype().isFloating()) {
        throw call.context().unsupported("divides whole numbers");
      }
    }
    return call.ops().div(x, y);
  }

  /** Whether there is a rule for {@code tf.<function>} here. */
  static boolean knows(String function) {
    return TABLE.containsKey(function);
  }

  static List<Value> results(String function, LayerContext context) {
    Entry entry = java.util.Objects.requireNonNull(TABLE.get(function));
    TensorFlowCall call = new TensorFlowCall(context);
    call.refuseOthers(entry.arguments());
    return entry.results().apply(call);
  }
}
