package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Functions of {@code keras.ops} of one tensor, element by element. */
final class PointwiseFunctions {
  /** Names of Keras 3 and of TensorFlow, and the op of a graph that is the same. */
  private static final Map<String, String> ELEMENTWISE =
      Map.ofEntries(
          Map.entry("Exp", "Exp"),
          Map.entry("Expm1", "Expm1"),
          Map.entry("Log", "Log"),
          Map.entry("Log1p", "Log1p"),
          Map.entry("Sqrt", "Sqrt"),
          Map.entry("Rsqrt", "Rsqrt"),
          Map.entry("Square", "Square"),
          Map.entry("Negative", "Neg"),
          Map.entry("Abs", "Abs"),
          Map.entry("Absolute", "Abs"),
          Map.entry("Sign", "Sign"),
          Map.entry("Sin", "Sin"),
          Map.entry("Cos", "Cos"),
          Map.entry("Erf", "Erf"),
          Map.entry("Erfc", "Erfc"),
          Map.entry("Erfinv", "Erfinv"),
          Map.entry("Fabs", "Abs"),
          Map.entry("Floor", "Floor"),
          Map.entry("Reciprocal", "Reciprocal"),
          Map.entry("Relu", "Relu"),
          Map.entry("Relu6", "Relu6"),
          Map.entry("Sigmoid", "Sigmoid"),
          Map.entry("Tanh", "Tanh"),
          Map.entry("Softplus", "Softplus"),
          Map.entry("Tan", "Tan"),
          Map.entry("Sinh", "Sinh"),
          Map.entry("Cosh", "Cosh"),
          Map.entry("Arcsin", "Asin"),
          Map.entry("Arccos", "Acos"),
          Map.entry("Arctan", "Atan"),
          Map.entry("Arcsinh", "Asinh"),
          Map.entry("Arccosh", "Acosh"),
          Map.entry("Arctanh", "Atanh"),
          Map.entry("Ceil", "Ceil"),
          Map.entry("Round", "Round"),
          Map.entry("Isnan", "IsNan"),
          Map.entry("Isinf", "IsInf"),
          Map.entry("Isfinite", "IsFinite"));

  /** Those that TensorFlow has no op for, and PyTorch one. */
  private static final Map<String, String> OF_PYTORCH =
      Map.of("Log2", "log2", "Log10", "log10", "Exp2", "exp2", "Trunc", "trunc");

  /** Those that whole numbers and booleans have too. */
  private static final Map<String, String> OF_ANY_TYPE =
      Map.of(
          "LogicalNot", "LogicalNot",
          "StopGradient", "StopGradient",
          "Copy", "Identity");

  static final Map<String, FunctionRule> TABLE = table();

  private PointwiseFunctions() {}

  private static Map<String, FunctionRule> table() {
    Map<String, FunctionRule> all = new HashMap<>();
    ELEMENTWISE.forEach(
        (name, op) -> all.put(name, (options, context) -> of(op, options, context)));
    OF_PYTORCH.forEach(
        (name, operator) ->
            all.put(
                name,
                (options, context) -> {
                  Operands.requireFloating(context);
                  return context.assign(
                      Expr.aten(operator, context.input().expr()), context.input().type());
                }));
    OF_ANY_TYPE.forEach(
        (name, op) ->
            all.put(
                name,
                (options, context) -> {
                  refuseType(options, context);
                  return new GraphOps(context).one(op, context.input());
                }));
    for (String name : List.of("ZerosLike", "OnesLike")) {
      all.put(name, (options, context) -> ofType(name, options, context));
    }
    all.put("Clip", PointwiseFunctions::clipped);
    all.put("FullLike", PointwiseFunctions::filled);
    all.put("NanToNum", PointwiseFunctions::numbered);
    ofReals(all, "Real", (ops, x) -> ops.one("Identity", x));
    ofReals(all, "Conjugate", (ops, x) -> ops.one("Identity", x));
    ofReals(all, "Cbrt", PointwiseFunctions::cubeRoot);
    ofReals(all, "Deg2rad", (ops, x) -> ops.mul(x, ops.number((float) Math.PI / 180f)));
    ofReals(all, "Rad2deg", (ops, x) -> ops.mul(x, ops.number(180f / (float) Math.PI)));
    ofReals(all, "Sinc", PointwiseFunctions::sinc);
    ofReals(all, "SparseSigmoid", PointwiseFunctions::sparseSigmoid);
    ofReals(all, "Isposinf", (ops, x) -> infinite(ops, x, "Greater"));
    ofReals(all, "Isneginf", (ops, x) -> infinite(ops, x, "Less"));
    return Map.copyOf(all);
  }

  /** A function of a tensor of floats. */
  private interface OfReals {
    Value of(GraphOps ops, Value x);
  }

  private static void ofReals(Map<String, FunctionRule> all, String name, OfReals function) {
    all.put(
        name,
        (options, context) -> {
          Operands.requireFloating(context);
          return function.of(new GraphOps(context), context.input());
        });
  }

  private static Value of(String op, Settings options, LayerContext context) {
    Operands.requireFloating(context);
    if (options.whole(0, "decimals") != 0) {
      throw context.unsupported("rounds to other than whole numbers");
    }
    return new GraphOps(context).one(op, context.input());
  }

  private static Value ofType(String op, Settings options, LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Value all = ops.one(op, context.input());
    return options.has("dtype")
        ? ops.one("Cast", Map.of("DstT", new Attr.Type(dtype(options, context))), all)
        : all;
  }

  private static DType dtype(Settings options, LayerContext context) {
    String name = options.text("float32", "dtype");
    return DType.ofTorch(name).orElseThrow(() -> context.unsupported("has dtype \"" + name + "\""));
  }

  private static void refuseType(Settings options, LayerContext context) {
    if (options.has("dtype")) {
      throw context.unsupported("has dtype");
    }
  }

  private static Value cubeRoot(GraphOps ops, Value x) {
    Value root = ops.one("Pow", ops.one("Abs", x), ops.number(1.0 / 3));
    return ops.mul(ops.one("Sign", x), root);
  }

  private static Value sinc(GraphOps ops, Value x) {
    Value angle = ops.mul(x, ops.number(Math.PI));
    Value ratio = ops.div(ops.one("Sin", angle), angle);
    return ops.where(ops.is(x, "Equal", 0), ops.one("OnesLike", x), ratio);
  }

  private static Value sparseSigmoid(GraphOps ops, Value x) {
    Value line = ops.mul(ops.add(x, ops.number(1)), ops.number(0.5));
    Value upper = ops.where(ops.is(x, "GreaterEqual", 1), ops.one("OnesLike", x), line);
    return ops.where(ops.is(x, "LessEqual", -1), ops.one("ZerosLike", x), upper);
  }

  private static Value infinite(GraphOps ops, Value x, String side) {
    return ops.one("LogicalAnd", ops.one("IsInf", x), ops.is(x, side, 0));
  }

  private static Value filled(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    refuseType(options, context);
    List<Value> all = Operands.of(context);
    GraphOps ops = new GraphOps(context);
    return ops.add(ops.one("ZerosLike", context.input()), all.get(all.size() - 1));
  }

  private static Value numbered(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    GraphOps ops = new GraphOps(context);
    Value x = context.input();
    Value y = ops.where(ops.one("IsNan", x), number(options, "nan", 0), x);
    y = ops.where(infinite(ops, x, "Greater"), number(options, "posinf", Float.MAX_VALUE), y);
    return ops.where(infinite(ops, x, "Less"), number(options, "neginf", -Float.MAX_VALUE), y);
  }

  private static Value number(Settings options, String name, float otherwise) {
    return Attrs.number(options.number(otherwise, name));
  }

  /** The lower bound wins where it is above the upper one, in Keras and in TensorFlow. */
  private static Value clipped(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    List<Value> bounds = new ArrayList<>();
    for (List<String> names :
        List.of(List.of("x_max", "clip_value_max"), List.of("x_min", "clip_value_min"))) {
      String[] both = names.toArray(String[]::new);
      if (!options.has(both)) {
        throw context.unsupported("has no bounds that are numbers");
      }
      bounds.add(Attrs.number(options.number(0, both)));
    }
    Value below = context.op("Minimum", Map.of(), List.of(context.input(), bounds.get(0)));
    return context.op("Maximum", Map.of(), List.of(below, bounds.get(1)));
  }
}
