package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerContext.Argument;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Functions of {@code keras.ops} of two tensors, or a tensor and a number, element by element. */
final class PairwiseFunctions {
  private static final Map<String, String> PAIRWISE =
      Map.ofEntries(
          Map.entry("Add", "AddV2"),
          Map.entry("Subtract", "Sub"),
          Map.entry("Multiply", "Mul"),
          Map.entry("Maximum", "Maximum"),
          Map.entry("Minimum", "Minimum"),
          Map.entry("Divide", "RealDiv"),
          Map.entry("TrueDivide", "RealDiv"),
          Map.entry("Mod", "FloorMod"),
          Map.entry("Fmod", "TruncateMod"),
          Map.entry("DivideNoNan", "DivNoNan"),
          Map.entry("Arctan2", "Atan2"),
          Map.entry("Power", "Pow"));

  /** Those whose answer is whole where the operands are, as in Keras. */
  private static final Set<String> OF_WHOLES =
      Set.of("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Mod");

  private static final Map<String, String> LOGICAL =
      Map.of("LogicalAnd", "LogicalAnd", "LogicalOr", "LogicalOr", "LogicalXor", "NotEqual");

  private static final Map<String, String> OF_BITS =
      Map.of("BitwiseAnd", "BitwiseAnd", "BitwiseOr", "BitwiseOr", "BitwiseXor", "BitwiseXor");

  private static final Set<String> COMPARING =
      Set.of("Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual");

  static final Map<String, FunctionRule> TABLE = table();

  private PairwiseFunctions() {}

  private static Map<String, FunctionRule> table() {
    Map<String, FunctionRule> all = new HashMap<>();
    PAIRWISE.forEach((name, op) -> all.put(name, (options, context) -> of(name, op, context)));
    LOGICAL.forEach((name, op) -> all.put(name, (options, context) -> logical(op, context)));
    OF_BITS.forEach((name, op) -> all.put(name, (options, context) -> ofBits(op, context)));
    COMPARING.forEach(
        name ->
            all.put(
                name,
                (options, context) -> context.op(name, Map.of(), Operands.ofComparison(context))));
    all.put("FloorDivide", (options, context) -> quotient(pair(context), context));
    all.put("Isclose", PairwiseFunctions::close);
    ofReals(all, "Logaddexp", (ops, x, y) -> logOfSum(ops, x, y, 1));
    ofReals(all, "Logaddexp2", (ops, x, y) -> logOfSum(ops, x, y, (float) Math.log(2)));
    ofReals(all, "Hypot", PairwiseFunctions::hypotenuse);
    ofReals(all, "Heaviside", PairwiseFunctions::step);
    ofReals(all, "Fmax", (ops, x, y) -> known(ops, x, y, "Maximum"));
    ofReals(all, "Fmin", (ops, x, y) -> known(ops, x, y, "Minimum"));
    return Map.copyOf(all);
  }

  /** A function of floats. */
  private interface OfReals {
    Value of(GraphOps ops, Value x, Value y);
  }

  private static void ofReals(Map<String, FunctionRule> all, String name, OfReals function) {
    all.put(
        name,
        (options, context) -> {
          Operands.requireFloating(context);
          List<Value> both = pair(context);
          return function.of(new GraphOps(context), both.get(0), both.get(1));
        });
  }

  private static Value of(String name, String op, LayerContext context) {
    List<Value> both = pair(context);
    if (!OF_WHOLES.contains(name) || !Operands.areOfOneWholeType(context)) {
      Operands.requireFloating(context);
    }
    return context.op(op, Map.of(), both);
  }

  private static Value logical(String op, LayerContext context) {
    if (context.inputs().stream().anyMatch(i -> i.type().dtype() != DType.BOOL)) {
      throw context.unsupported("joins what is not booleans");
    }
    return context.op(op, Map.of(), pair(context));
  }

  private static Value ofBits(String op, LayerContext context) {
    if (!Operands.areOfOneWholeType(context)) {
      throw context.unsupported("joins the bits of what is not whole numbers of one type");
    }
    return context.op(op, Map.of(), pair(context));
  }

  private static List<Value> pair(LayerContext context) {
    List<Value> both = Operands.of(context);
    if (both.size() != 2) {
      throw context.unsupported("is called with " + both.size() + " operands");
    }
    return both;
  }

  /** Of floats by a floor, whose gradient PyTorch has. */
  private static Value quotient(List<Value> both, LayerContext context) {
    if (Operands.areOfOneWholeType(context)) {
      return context.op("FloorDiv", Map.of(), both);
    }
    Operands.requireFloating(context);
    return context.op("Floor", Map.of(), List.of(context.op("RealDiv", Map.of(), both)));
  }

  /** As {@code logaddexp} of keras/src/backend/tensorflow/numpy.py, to the base e^{@code unit}. */
  private static Value logOfSum(GraphOps ops, Value x, Value y, float unit) {
    Value delta = ops.sub(x, y);
    Value falling = ops.mul(ops.one("Abs", delta), ops.number(-unit));
    Value rest = ops.one("Log1p", ops.one("Exp", falling));
    Value more = unit == 1 ? rest : ops.div(rest, ops.number(unit));
    Value sum = ops.add(ops.one("Maximum", x, y), more);
    return ops.where(ops.one("IsNan", delta), ops.add(x, y), sum);
  }

  /** The larger leg times a root, so that no square overflows. */
  private static Value hypotenuse(GraphOps ops, Value x, Value y) {
    Value a = ops.one("Abs", x);
    Value b = ops.one("Abs", y);
    Value larger = ops.one("Maximum", a, b);
    Value ratio = ops.one("DivNoNan", ops.one("Minimum", a, b), larger);
    Value root = ops.one("Sqrt", ops.add(ops.one("Square", ratio), ops.number(1)));
    return ops.mul(larger, root);
  }

  private static Value step(GraphOps ops, Value x, Value atZero) {
    Value upper = ops.where(ops.is(x, "Greater", 0), ops.one("OnesLike", x), atZero);
    return ops.where(ops.is(x, "Less", 0), ops.one("ZerosLike", x), upper);
  }

  /** Of two where one is NaN, the other. */
  private static Value known(GraphOps ops, Value x, Value y, String op) {
    Value both = ops.where(ops.one("IsNan", y), x, ops.one(op, x, y));
    return ops.where(ops.one("IsNan", x), y, both);
  }

  private static Value close(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    List<Argument> arguments = context.positional();
    if (options.flag(false, "equal_nan") || arguments.size() != 4) {
      throw context.unsupported("takes NaN for equal to NaN");
    }
    List<Value> all = Operands.of(context);
    GraphOps ops = new GraphOps(context);
    Value distance = ops.one("Abs", ops.sub(all.get(0), all.get(1)));
    Value bound = ops.add(ops.mul(ops.one("Abs", all.get(1)), all.get(2)), all.get(3));
    return ops.one("LessEqual", distance, bound);
  }
}
