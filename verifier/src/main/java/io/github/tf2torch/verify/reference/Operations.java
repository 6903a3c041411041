package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Functions among the layers: {@code keras.ops} of Keras 3, and TensorFlow's own in Keras 2, where
 * they are of class {@code TFOpLambda}.
 */
final class Operations {
  private static final Map<String, String> ELEMENTWISE =
      Map.ofEntries(
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("log1p", "Log1p"),
          Map.entry("sqrt", "Sqrt"),
          Map.entry("rsqrt", "Rsqrt"),
          Map.entry("square", "Square"),
          Map.entry("negative", "Neg"),
          Map.entry("neg", "Neg"),
          Map.entry("abs", "Abs"),
          Map.entry("absolute", "Abs"),
          Map.entry("sin", "Sin"),
          Map.entry("cos", "Cos"),
          Map.entry("erf", "Erf"),
          Map.entry("reciprocal", "Reciprocal"),
          Map.entry("tan", "Tan"),
          Map.entry("sinh", "Sinh"),
          Map.entry("cosh", "Cosh"),
          Map.entry("arcsin", "Asin"),
          Map.entry("arccos", "Acos"),
          Map.entry("arctan", "Atan"),
          Map.entry("arcsinh", "Asinh"),
          Map.entry("arccosh", "Acosh"),
          Map.entry("arctanh", "Atanh"),
          Map.entry("ceil", "Ceil"),
          Map.entry("floor", "Floor"),
          Map.entry("round", "Round"),
          Map.entry("sign", "Sign"),
          Map.entry("expm1", "Expm1"),
          Map.entry("isnan", "IsNan"),
          Map.entry("isinf", "IsInf"),
          Map.entry("isfinite", "IsFinite"),
          Map.entry("stop_gradient", "StopGradient"),
          Map.entry("zeros_like", "ZerosLike"),
          Map.entry("ones_like", "OnesLike"),
          Map.entry("logical_not", "LogicalNot"));
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
          Map.entry("logical_or", "LogicalOr"));
  private static final Map<String, String> REDUCING =
      Map.of(
          "mean", "Mean", "sum", "Sum", "max", "Max", "min", "Min", "prod", "Prod", "any", "Any",
          "all", "All", "amax", "Max", "amin", "Min");

  private final LayerCall call;
  private final Ops ops;
  private final Settings settings;

  private Operations(LayerCall call, Settings settings) {
    this.call = call;
    this.ops = call.ops();
    this.settings = settings;
  }

  /** Layers say their type or whether they are trained; functions of Keras 3 have neither. */
  static boolean isFunction(LayerCall call) {
    String name = call.layer().className();
    return name.equals("TFOpLambda")
        || name.equals("SlicingOpLambda")
        || call.building().version().major() >= 3
            && call.layer().config().get("trainable").isEmpty()
            && (call.layer().config().get("dtype").isEmpty() || isOfTypes(name));
  }

  /** Those whose answer's type is one of their own arguments. */
  private static boolean isOfTypes(String name) {
    return name.equals("Cast") || name.equals("OneHot");
  }

  static List<SymbolicTensor> outputs(LayerCall call) {
    boolean isOfTensorFlow = call.layer().className().endsWith("OpLambda");
    if (isOfTensorFlow) {
      String function = call.settings().text("?", "function");
      String last = function.substring(function.lastIndexOf('.') + 1);
      Operations own = new Operations(call, call.arguments().settings());
      return own.outputs(last.replaceFirst("^reduce_", "").replace("concat", "concatenate"));
    }
    String name =
        call.layer().className().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    return new Operations(call, call.settings()).outputs(name);
  }

  private List<SymbolicTensor> outputs(String name) {
    if (ELEMENTWISE.containsKey(name)) {
      return List.of(ops.one(ELEMENTWISE.get(name), x()));
    }
    if (PAIRWISE.containsKey(name)) {
      return List.of(pairwise(PAIRWISE.get(name)));
    }
    if (REDUCING.containsKey(name)) {
      return List.of(reduced(REDUCING.get(name)));
    }
    if (Functions.NAMES.contains(name)) {
      return new Functions(call, settings).outputs(name);
    }
    return List.of(
        switch (name) {
          case "identity" -> x();
          case "matmul", "dot" -> ops.one("BatchMatMulV2", x(), second());
          case "reshape" -> ops.reshape(x(), wholes("newshape", "shape"));
          case "transpose" ->
              ops.transpose(x(), wholes("axes", "perm").stream().map(Long::intValue).toList());
          case "concatenate" -> ops.concat(call.inputs(), axis(call.input().rank(), 0));
          case "stack" -> ops.stack(call.inputs(), axis(call.input().rank() + 1, 0));
          case "expand_dims" -> ops.expand(x(), axis(x().rank() + 1, -1));
          case "squeeze" -> squeezed();
          case "getitem", "get_item" -> indexed();
          case "cast" ->
              ops.cast(x(), DType.ofTorch(settings.text("float32", "dtype")).orElseThrow());
          case "clip", "clip_by_value" ->
              ops.maximum(
                  ops.minimum(x(), bound("x_max", "clip_value_max")),
                  bound("x_min", "clip_value_min"));
          case "floor_divide" -> ops.one("Floor", pairwise("RealDiv"));
          case "mod" -> remainder();
          case "arctan2" -> angle();
          case "log2" -> ops.div(ops.one("Log", x()), Math.log(2));
          case "log10" -> ops.div(ops.one("Log", x()), Math.log(10));
          case "exp2" -> ops.one("Exp", ops.mul(x(), Math.log(2)));
          case "trunc" -> ops.mul(ops.one("Floor", ops.one("Abs", x())), ops.one("Sign", x()));
          default -> Activations.named(call, name, settings, x());
        });
  }

  private SymbolicTensor x() {
    return call.input();
  }

  private SymbolicTensor second() {
    List<SymbolicTensor> named = call.arguments().tensors().getOrDefault("y", List.of());
    List<SymbolicTensor> more = call.arguments().tensors().getOrDefault("b", named);
    if (!more.isEmpty()) {
      return more.get(0);
    }
    return call.inputs().size() > 1
        ? call.inputs().get(1)
        : operand(call.arguments().positional().get(1), x());
  }

  private double bound(String... names) {
    return settings.number(names).orElseThrow(() -> call.missing("without its bounds"));
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

  private SymbolicTensor operand(LayerCall.Operand operand, SymbolicTensor like) {
    return operand
        .tensor()
        .orElseGet(
            () ->
                StoredTensor.of(operand.stored())
                    .map(ops::constant)
                    .orElseGet(() -> ops.number(Settings.numberOf(operand.stored()), like)));
  }

  /** Both of one shape: the gradient in TensorFlow's C++ registry does not sum what it repeats. */
  private SymbolicTensor angle() {
    SymbolicTensor other = operand(operands().get(1), x());
    SymbolicTensor nothing = ops.one("ZerosLike", ops.add(x(), other));
    return ops.one("Atan2", ops.add(x(), nothing), ops.add(other, nothing));
  }

  /** By its definition: TensorFlow's own has no gradient. */
  private SymbolicTensor remainder() {
    SymbolicTensor divisor = operand(operands().get(1), x());
    if (!x().dtype().isFloating()) {
      return ops.one("FloorMod", x(), divisor);
    }
    SymbolicTensor whole = ops.one("Floor", ops.div(x(), divisor));
    return ops.sub(x(), ops.mul(whole, divisor));
  }

  /** By place in Keras 3; in Keras 2 the second is {@code y}, and a number first is marked. */
  private List<LayerCall.Operand> operands() {
    if (!call.arguments().positional().isEmpty()) {
      return call.arguments().positional();
    }
    Config absent = new Config.Absent();
    List<LayerCall.Operand> all = new ArrayList<>();
    call.arguments()
        .settings()
        .get("_CONSTANT_VALUE")
        .ifPresent(c -> all.add(new LayerCall.Operand(Optional.empty(), c)));
    call.inputs().forEach(x -> all.add(new LayerCall.Operand(Optional.of(x), absent)));
    List<SymbolicTensor> named = call.arguments().tensors().getOrDefault("y", List.of());
    named.forEach(y -> all.add(new LayerCall.Operand(Optional.of(y), absent)));
    if (named.isEmpty()) {
      call.arguments()
          .settings()
          .get("y")
          .ifPresent(y -> all.add(new LayerCall.Operand(Optional.empty(), y)));
    }
    return all;
  }

  private SymbolicTensor reduced(String op) {
    List<Integer> axes =
        settings
            .get("axis")
            .map(Settings::wholesOf)
            .map(a -> a.stream().map(Long::intValue).toList())
            .orElseGet(() -> IntStream.range(0, x().rank()).boxed().toList());
    return ops.reduce(op, x(), axes, settings.flag(false, "keepdims"));
  }

  private List<Long> wholes(String... names) {
    return Settings.wholesOf(
        settings.get(names).orElseThrow(() -> call.missing("without " + names[0])));
  }

  private int axis(int rank, int otherwise) {
    int axis =
        settings.get("axis").map(a -> Settings.wholesOf(a).get(0).intValue()).orElse(otherwise);
    return axis < 0 ? axis + rank : axis;
  }

  private SymbolicTensor squeezed() {
    if (!settings.has("axis")) {
      return ops.reshape(x(), x().shape().dims().stream().filter(d -> d != 1).toList());
    }
    return ops.squeeze(x(), axis(x().rank(), 0));
  }

  /** Whole numbers and slices. */
  private SymbolicTensor indexed() {
    List<Config> items =
        call.arguments().positional().size() > 1
            ? Settings.itemsOf(call.arguments().positional().get(1).stored())
            : settings.get("slice_spec").map(Settings::itemsOf).orElse(List.of());
    SymbolicTensor y = x();
    int axis = 0;
    for (Config item : items) {
      if (item instanceof Config.Absent) {
        y = ops.expand(y, axis++);
      } else if (item.get("class_name").equals(Optional.of(new Config.Text("__ellipsis__")))) {
        long named = items.stream().filter(i -> !(i instanceof Config.Absent)).count() - 1;
        axis += x().rank() - (int) named;
      } else if (item instanceof Config.Whole at) {
        y = ops.at(y, axis, positive(at.value(), y.extent(axis)));
      } else {
        Config slice = item.get("config").orElse(item);
        long extent = y.extent(axis);
        long start =
            slice.get("start").map(Settings::wholeOf).map(s -> positive(s, extent)).orElse(0L);
        long stop =
            slice.get("stop").map(Settings::wholeOf).map(s -> positive(s, extent)).orElse(extent);
        long step = slice.get("step").map(Settings::wholeOf).orElse(1L);
        boolean isWhole = slice.get("start").isEmpty() && slice.get("stop").isEmpty();
        if (step < 0 && !isWhole) {
          throw call.missing("backwards with bounds");
        }
        List<SymbolicTensor> taken = new ArrayList<>();
        for (long at = start; step != 1 && at < stop; at += Math.abs(step)) {
          long place = step < 0 ? extent - 1 - at : at;
          taken.add(ops.slice(y, axis, place, 1));
        }
        y = step == 1 ? ops.slice(y, axis, start, stop - start) : ops.concat(taken, axis);
        axis++;
      }
    }
    return y;
  }

  private static long positive(long index, long extent) {
    return Math.min(extent, Math.max(0, index < 0 ? index + extent : index));
  }
}
