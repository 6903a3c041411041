package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Functions among the layers: {@code keras.ops} of Keras 3 by the names of their classes ({@code
 * keras/src/ops}), and TensorFlow's own in Keras 2, which are of class {@code TFOpLambda} or {@code
 * SlicingOpLambda}.
 */
public final class Operations implements LayerRule {
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
          "ZerosLike", "ZerosLike",
          "OnesLike", "OnesLike");

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
          Map.entry("Arctan2", "Atan2"),
          Map.entry("Power", "Pow"));

  /** Those whose answer is whole where the operands are, as in Keras. */
  private static final Set<String> OF_WHOLES =
      Set.of("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Mod");

  private static final Map<String, String> LOGICAL =
      Map.of("LogicalAnd", "LogicalAnd", "LogicalOr", "LogicalOr", "LogicalXor", "NotEqual");

  private static final Set<String> COMPARING =
      Set.of("Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual");

  private static final Set<String> REDUCING =
      Set.of("Mean", "Sum", "Max", "Min", "Prod", "Any", "All");

  private static final Set<String> OTHERS =
      Set.of("Matmul", "Transpose", "ExpandDims", "Squeeze", "GetItem", "Clip", "FloorDivide");

  /** What TensorFlow calls functions of Keras 2's models: {@code math.reduce_mean}. */
  private static final Map<String, String> OF_TENSORFLOW =
      Map.ofEntries(
          Map.entry("__operators__.add", "Add"),
          Map.entry("math.add", "Add"),
          Map.entry("math.subtract", "Subtract"),
          Map.entry("math.multiply", "Multiply"),
          Map.entry("math.truediv", "TrueDivide"),
          Map.entry("math.divide", "TrueDivide"),
          Map.entry("math.pow", "Power"),
          Map.entry("math.maximum", "Maximum"),
          Map.entry("math.minimum", "Minimum"),
          Map.entry("math.negative", "Negative"),
          Map.entry("math.exp", "Exp"),
          Map.entry("math.log", "Log"),
          Map.entry("math.sqrt", "Sqrt"),
          Map.entry("math.rsqrt", "Rsqrt"),
          Map.entry("math.square", "Square"),
          Map.entry("math.abs", "Abs"),
          Map.entry("math.sigmoid", "Sigmoid"),
          Map.entry("math.tanh", "Tanh"),
          Map.entry("nn.relu", "Relu"),
          Map.entry("nn.relu6", "Relu6"),
          Map.entry("nn.sigmoid", "Sigmoid"),
          Map.entry("nn.tanh", "Tanh"),
          Map.entry("math.reduce_mean", "Mean"),
          Map.entry("math.reduce_sum", "Sum"),
          Map.entry("math.reduce_max", "Max"),
          Map.entry("math.reduce_min", "Min"),
          Map.entry("linalg.matmul", "Matmul"),
          Map.entry("transpose", "Transpose"),
          Map.entry("expand_dims", "ExpandDims"),
          Map.entry("squeeze", "Squeeze"),
          Map.entry("clip_by_value", "Clip"));

  /** Those of {@link Mergings} and {@link Reshapings} are layers too. */
  private static final Set<String> OF_LAYERS =
      Set.of("Add", "Subtract", "Multiply", "Maximum", "Minimum");

  @Override
  public Set<String> layers() {
    Set<String> all = new LinkedHashSet<>(ELEMENTWISE.keySet());
    PAIRWISE.keySet().stream().filter(n -> !OF_LAYERS.contains(n)).forEach(all::add);
    all.addAll(OF_PYTORCH.keySet());
    all.addAll(OF_ANY_TYPE.keySet());
    all.addAll(LOGICAL.keySet());
    all.addAll(COMPARING);
    all.addAll(REDUCING);
    all.addAll(OTHERS);
    all.add("TFOpLambda");
    all.add("SlicingOpLambda");
    return all;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (layer.className().equals("SlicingOpLambda")) {
      context.output(Indexing.of(context.input(), context));
    } else if (layer.className().equals("TFOpLambda")) {
      String function = context.settings().text("?", "function");
      String name = OF_TENSORFLOW.get(function);
      if (name == null) {
        throw context.unsupported("calls tf." + function + ", which has no rule");
      }
      context.output(result(name, context.arguments(), context));
    } else {
      requireFunction(context);
      context.output(result(layer.className(), context.settings(), context));
    }
  }

  /** A layer that somebody called as a function is called is another thing. */
  static void requireFunction(LayerContext context) {
    if (!context.isOperation()) {
      throw context.unsupported("is no function of keras.ops, and has no rule as a layer");
    }
  }

  /**
   * @param options where the function's settings are: with Keras 2 among the call's arguments
   */
  private static Value result(String name, Settings options, LayerContext context) {
    Held x = context.input();
    if (ELEMENTWISE.containsKey(name)) {
      floating(context);
      if (options.whole(0, "decimals") != 0) {
        throw context.unsupported("rounds to other than whole numbers");
      }
      return context.op(ELEMENTWISE.get(name), Map.of(), List.of(x));
    }
    if (OF_PYTORCH.containsKey(name)) {
      floating(context);
      return context.assign(Expr.aten(OF_PYTORCH.get(name), x.expr()), x.type());
    }
    if (OF_ANY_TYPE.containsKey(name)) {
      if (options.has("dtype")) {
        throw context.unsupported("has dtype");
      }
      return context.op(OF_ANY_TYPE.get(name), Map.of(), List.of(x));
    }
    if (name.equals("FloorDivide")) {
      return quotient(pair(context), context);
    }
    if (PAIRWISE.containsKey(name)) {
      List<Value> both = pair(context);
      if (!OF_WHOLES.contains(name) || !isOfOneWholeType(context)) {
        floating(context);
      }
      return context.op(PAIRWISE.get(name), Map.of(), both);
    }
    if (LOGICAL.containsKey(name)) {
      if (context.inputs().stream().anyMatch(i -> i.type().dtype() != DType.BOOL)) {
        throw context.unsupported("joins what is not booleans");
      }
      return context.op(LOGICAL.get(name), Map.of(), pair(context));
    }
    if (COMPARING.contains(name)) {
      return context.op(name, Map.of(), Operands.ofComparison(context));
    }
    if (REDUCING.contains(name)) {
      return reduced(name, x, options, context);
    }
    return switch (name) {
      case "Matmul" -> product(options, context);
      case "Transpose" -> context.op("Transpose", Map.of(), List.of(x, axes(x, options)));
      case "ExpandDims" ->
          context.op("ExpandDims", Map.of(), List.of(x, Attrs.scalar(axis(options, context))));
      case "Squeeze" -> squeezed(x, options, context);
      case "GetItem" -> Indexing.of(x, context);
      case "Clip" -> clipped(x, options, context);
      default -> throw new AssertionError("no case for " + name);
    };
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
    if (isOfOneWholeType(context)) {
      return context.op("FloorDiv", Map.of(), both);
    }
    floating(context);
    return context.op("Floor", Map.of(), List.of(context.op("RealDiv", Map.of(), both)));
  }

  private static boolean isOfOneWholeType(LayerContext context) {
    DType dtype = context.input().type().dtype();
    return (dtype == DType.INT32 || dtype == DType.INT64)
        && context.inputs().stream().allMatch(i -> i.type().dtype() == dtype);
  }

  private static void floating(LayerContext context) {
    if (context.inputs().stream().anyMatch(i -> !i.type().dtype().isFloating())) {
      throw context.unsupported("computes with whole numbers");
    }
  }

  private static Value reduced(String op, Held x, Settings options, LayerContext context) {
    boolean isCounted = x.type().dtype().equals(DType.BOOL) || isOfOneWholeType(context);
    if (!isCounted || op.equals("Mean")) {
      floating(context);
    }
    for (String other : List.of("initial", "dtype", "where")) {
      if (options.has(other)) {
        throw context.unsupported("has " + other);
      }
    }
    List<Long> axes =
        options
            .get("axis")
            .map(Settings::wholes)
            .orElseGet(() -> LongStream.range(0, x.type().rank()).boxed().toList());
    Map<String, Attr> attrs = Map.of("keep_dims", Attrs.of(options.flag(false, "keepdims")));
    return context.op(op, attrs, List.of(x, Attrs.vector(axes)));
  }

  private static Value product(Settings options, LayerContext context) {
    for (String flag : List.of("transpose_a", "transpose_b", "adjoint_a", "adjoint_b")) {
      if (options.flag(false, flag)) {
        throw context.unsupported("has " + flag);
      }
    }
    List<Value> both = Operands.of(context);
    boolean isOfMatrices = both.size() == 2 && both.stream().allMatch(v -> rank(v) >= 2);
    if (!isOfMatrices) {
      throw context.unsupported("is no product of two matrices or batches of them");
    }
    floating(context);
    return context.op("BatchMatMulV2", Map.of(), both);
  }

  private static int rank(Value value) {
    return value instanceof Held held
        ? held.type().rank()
        : value instanceof Value.Weight weight ? weight.recipe().shape().rank() : 0;
  }

  /** {@code keras.ops.dot} with a matrix is a product, whatever axes stand before. */
  static Value dot(LayerContext context) {
    List<Value> both = Operands.of(context);
    if (both.size() != 2 || rank(both.get(1)) != 2) {
      throw context.unsupported("is no product with a matrix");
    }
    return product(context.settings(), context);
  }

  /** All axes turned where none are named. */
  private static Value axes(Held x, Settings options) {
    int rank = x.type().rank();
    return Attrs.vector(
        options
            .get("axes", "perm")
            .map(Settings::wholes)
            .map(all -> all.stream().map(a -> (long) x.type().axis(a)).toList())
            .orElseGet(() -> LongStream.range(0, rank).map(a -> rank - 1 - a).boxed().toList()));
  }

  private static long axis(Settings options, LayerContext context) {
    List<Long> axes = options.get("axis").map(Settings::wholes).orElse(List.of());
    if (axes.size() != 1) {
      throw context.unsupported("is along " + axes.size() + " axes");
    }
    return axes.get(0);
  }

  private static Value squeezed(Held x, Settings options, LayerContext context) {
    List<Long> axes =
        options.get("axis").map(Settings::wholes).orElse(List.of()).stream()
            .map(a -> (long) x.type().axis(a))
            .toList();
    return context.op("Squeeze", Map.of("squeeze_dims", Attrs.of(axes)), List.of(x));
  }

  /** The lower bound wins where it is above the upper one, in Keras and in TensorFlow. */
  private static Value clipped(Held x, Settings options, LayerContext context) {
    floating(context);
    List<Value> bounds = new ArrayList<>();
    for (List<String> names :
        List.of(List.of("x_max", "clip_value_max"), List.of("x_min", "clip_value_min"))) {
      String[] both = names.toArray(String[]::new);
      if (!options.has(both)) {
        throw context.unsupported("has no bounds that are numbers");
      }
      bounds.add(Attrs.number(options.number(0, both)));
    }
    Value below = context.op("Minimum", Map.of(), List.of(x, bounds.get(0)));
    return context.op("Maximum", Map.of(), List.of(below, bounds.get(1)));
  }
}
