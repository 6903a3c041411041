package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Functions of one tensor, element by element, or that reduce it by one op. */
final class PointwiseFunctions extends FunctionCall {
  PointwiseFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

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
          Map.entry("erfc", "Erfc"),
          Map.entry("erfinv", "Erfinv"),
          Map.entry("fabs", "Abs"),
          Map.entry("copy", "Identity"),
          Map.entry("real", "Identity"),
          Map.entry("conjugate", "Identity"),
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
          Map.entry("logical_not", "LogicalNot"));

  private static final Map<String, String> REDUCING =
      Map.of(
          "mean", "Mean", "sum", "Sum", "max", "Max", "min", "Min", "prod", "Prod", "any", "Any",
          "all", "All", "amax", "Max", "amin", "Min");

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    @Nullable SymbolicTensor y =
        ELEMENTWISE.containsKey(name)
            ? ops.one(ELEMENTWISE.get(name), x)
            : REDUCING.containsKey(name) ? reduced(REDUCING.get(name)) : composed(name);
    return Optional.ofNullable(y).map(List::of);
  }

  private @Nullable SymbolicTensor composed(String name) {
    return switch (name) {
      case "identity" -> x;
      case "cast" -> ops.cast(x, DType.ofTorch(settings.text("float32", "dtype")).orElseThrow());
      case "convert_to_tensor" -> ofType(x);
      case "zeros_like" -> ofType(ops.one("ZerosLike", x));
      case "ones_like" -> ofType(ops.one("OnesLike", x));
      case "clip", "clip_by_value" ->
          ops.maximum(
              ops.minimum(x, bound("x_max", "clip_value_max")), bound("x_min", "clip_value_min"));
      case "log2" -> ops.div(ops.one("Log", x), ops.real(Math.log(2), x));
      case "log10" -> ops.div(ops.one("Log", x), ops.real(Math.log(10), x));
      case "exp2" -> ops.one("Exp", ops.mul(x, ops.real(Math.log(2), x)));
      case "trunc" -> ops.mul(ops.one("Floor", ops.one("Abs", x)), ops.one("Sign", x));
      case "cbrt" -> ops.mul(ops.one("Sign", x), ops.power(ops.one("Abs", x), 1.0 / 3));
      // Keras divides numbers that it holds in the type of x
      case "deg2rad" -> ops.mul(x, (float) Math.PI / 180f);
      case "rad2deg" -> ops.mul(x, 180f / (float) Math.PI);
      case "sinc" -> {
        SymbolicTensor angle = ops.mul(x, Math.PI);
        SymbolicTensor isZero = ops.one("Equal", x, ops.number(0, x));
        yield ops.where(isZero, ops.one("OnesLike", x), ops.div(ops.one("Sin", angle), angle));
      }
      case "sparse_sigmoid" -> ops.minimum(ops.maximum(ops.mul(ops.add(x, 1), 0.5), 0), 1);
      case "isposinf" -> ops.one("Equal", x, ops.number(Double.POSITIVE_INFINITY, x));
      case "isneginf" -> ops.one("Equal", x, ops.number(Double.NEGATIVE_INFINITY, x));
      case "nan_to_num" -> numbered();
      case "full_like" -> ops.add(ops.one("ZerosLike", x), operand(1));
      case "ptp" -> ops.sub(reduced("Max"), reduced("Min"));
      default -> null;
    };
  }

  private SymbolicTensor ofType(SymbolicTensor y) {
    return settings
        .get("dtype")
        .flatMap(Config::text)
        .map(dtype -> ops.cast(y, DType.ofTorch(dtype).orElseThrow()))
        .orElse(y);
  }

  private double bound(String... names) {
    return settings.number(names).orElseThrow(() -> call.missing("without its bounds"));
  }

  private SymbolicTensor reduced(String op) {
    List<Integer> axes =
        settings
            .get("axis")
            .map(Settings::wholesOf)
            .map(a -> a.stream().map(Long::intValue).toList())
            .orElseGet(() -> IntStream.range(0, x.rank()).boxed().toList());
    return ops.reduce(op, x, axes, settings.flag(false, "keepdims"));
  }

  private SymbolicTensor numbered() {
    SymbolicTensor above = ops.number(Double.POSITIVE_INFINITY, x);
    SymbolicTensor below = ops.number(Double.NEGATIVE_INFINITY, x);
    double most = settings.number(Float.MAX_VALUE, "posinf");
    double least = settings.number(-Float.MAX_VALUE, "neginf");
    SymbolicTensor y = ops.where(ops.one("Equal", x, above), filled(most), x);
    y = ops.where(ops.one("Equal", x, below), filled(least), y);
    return ops.where(ops.one("IsNan", x), filled(settings.number(0, "nan")), y);
  }

  private SymbolicTensor filled(double value) {
    return ops.filled(x.shape(), value, x);
  }
}
