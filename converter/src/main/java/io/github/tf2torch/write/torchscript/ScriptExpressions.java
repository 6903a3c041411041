package io.github.tf2torch.write.torchscript;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints expressions in the dialect of serialized TorchScript: every operator by its ATen name,
 * module calls as {@code (self.conv1).forward(x, )}.
 */
final class ScriptExpressions {
  /** {@code c10::ScalarType}, which serialized code names by number. */
  private static final Map<DType, Integer> SCALAR_TYPES =
      Map.of(
          DType.UINT8, 0,
          DType.INT8, 1,
          DType.INT16, 2,
          DType.INT32, 3,
          DType.INT64, 4,
          DType.FLOAT16, 5,
          DType.FLOAT32, 6,
          DType.FLOAT64, 7,
          DType.BOOL, 11,
          DType.BFLOAT16, 15);

  private static final Map<String, String> INT_OPERATORS =
      Map.of(
          "+", "torch.add",
          "-", "torch.sub",
          "*", "torch.mul",
          "//", "torch.floordiv",
          "%", "torch.remainder",
          "max", "ops.prim.max",
          "min", "ops.prim.min");

  private final DType floatType;

  ScriptExpressions(DType floatType) {
    this.floatType = floatType;
  }

  String print(Expr expr) {
    if (expr instanceof Expr.Local e) {
      return e.name();
    }
    if (expr instanceof Expr.Attribute e) {
      return self(e.path());
    }
    if (expr instanceof Expr.Training) {
      return "self.training";
    }
    if (expr instanceof Expr.Setting e) {
      return print(e.value());
    }
    if (expr instanceof Expr.IntLiteral e) {
      return Long.toString(e.value());
    }
    if (expr instanceof Expr.FloatLiteral e) {
      return number(e.value());
    }
    if (expr instanceof Expr.BoolLiteral e) {
      return e.value() ? "True" : "False";
    }
    if (expr instanceof Expr.TextLiteral e) {
      return '"' + e.value().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
    if (expr instanceof Expr.NoneLiteral) {
      return "None";
    }
    if (expr instanceof Expr.DTypeLiteral e) {
      return scalarType(e.value());
    }
    if (expr instanceof Expr.ListLiteral e) {
      return "[" + list(e.elements()) + "]";
    }
    if (expr instanceof Expr.Keyword e) {
      return e.name() + "=" + print(e.value());
    }
    if (expr instanceof Expr.Aten e) {
      return "torch." + e.operator() + "(" + list(e.arguments()) + ")";
    }
    if (expr instanceof Expr.Rounded e) {
      return print(floatType == DType.FLOAT64 ? e.widened() : e.value());
    }
    if (expr instanceof Expr.IntArithmetic e) {
      return INT_OPERATORS.get(e.operator())
          + "("
          + print(e.left())
          + ", "
          + print(e.right())
          + ")";
    }
    if (expr instanceof Expr.ModuleCall e) {
      return "(" + self(e.path()) + ").forward(" + list(e.arguments()) + ", )";
    }
    throw new AssertionError("no case for " + expr.getClass().getSimpleName());
  }

  private String list(List<Expr> expressions) {
    return expressions.stream().map(this::print).collect(Collectors.joining(", "));
  }

  private String scalarType(DType dtype) {
    Integer number = SCALAR_TYPES.get(dtype == DType.FLOAT32 ? floatType : dtype);
    if (number == null) {
      throw new IllegalArgumentException("TorchScript has no " + dtype.torchName());
    }
    return number.toString();
  }

  /** Children of an {@code nn.Sequential} are called 0, 1, and on, which is no Python name. */
  static boolean isName(String name) {
    return name.matches("[A-Za-z_]\\w*");
  }

  private static String self(String path) {
    String text = "self";
    for (String name : path.split("\\.", -1)) {
      text =
          isName(name)
              ? (text.equals("self") ? text : "(" + text + ")") + "." + name
              : "getattr(" + text + ", \"" + name + "\")";
    }
    return text;
  }

  /** The float32 value, widened: libtorch rounds it back where it computes in float32. */
  private static String number(float value) {
    if (Float.isInfinite(value)) {
      return value > 0 ? "float(\"inf\")" : "float(\"-inf\")";
    }
    if (Float.isNaN(value)) {
      return "float(\"nan\")";
    }
    return Double.toString(value).toLowerCase(Locale.ROOT);
  }
}
