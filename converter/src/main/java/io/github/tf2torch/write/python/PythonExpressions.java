package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints expressions as people write PyTorch: {@code F.relu(x)}, {@code x + y}, {@code x[:, 1:]}.
 */
final class PythonExpressions {
  private static final Map<String, String> INFIX =
      Map.of(
          "add", "+", "sub", "-", "mul", "*", "div", "/", "gt", ">", "ge", ">=", "lt", "<", "le",
          "<=");
  private static final Map<String, String> FUNCTIONAL =
      Map.ofEntries(
          Map.entry("relu", "F.relu"),
          Map.entry("relu6", "F.relu6"),
          Map.entry("silu", "F.silu"),
          Map.entry("elu", "F.elu"),
          Map.entry("selu", "F.selu"),
          Map.entry("gelu", "F.gelu"),
          Map.entry("leaky_relu", "F.leaky_relu"),
          Map.entry("softplus", "F.softplus"),
          Map.entry("hardtanh", "F.hardtanh"),
          Map.entry("hardswish", "F.hardswish"),
          Map.entry("hardsigmoid", "F.hardsigmoid"),
          Map.entry("mish", "F.mish"),
          Map.entry("log_sigmoid", "F.logsigmoid"),
          Map.entry("softshrink", "F.softshrink"),
          Map.entry("linear", "F.linear"),
          Map.entry("conv1d", "F.conv1d"),
          Map.entry("conv2d", "F.conv2d"),
          Map.entry("conv3d", "F.conv3d"),
          Map.entry("dropout", "F.dropout"));
  private static final int COMPARISON = 1;
  private static final int SUM = 2;
  private static final int PRODUCT = 3;
  private static final int POWER = 4;
  private static final int ATOM = 5;

  private final Map<String, Function<List<Expr>, String>> special =
      Map.ofEntries(
          Map.entry("max_pool2d", this::maxPool),
          Map.entry("avg_pool2d", this::avgPool),
          Map.entry("constant_pad_nd", this::pad),
          Map.entry("reflection_pad1d", a -> padded(a, "reflect")),
          Map.entry("reflection_pad2d", a -> padded(a, "reflect")),
          Map.entry("reflection_pad3d", a -> padded(a, "reflect")),
          Map.entry("replication_pad2d", a -> padded(a, "replicate")),
          Map.entry("max_pool3d", this::maxPool3d),
          Map.entry("avg_pool3d", this::avgPool3d),
          Map.entry(
              "upsample_bilinear2d",
              a -> resized(a, "bilinear") + ", align_corners=" + print(a.get(2)) + ")"),
          Map.entry("upsample_nearest2d", a -> resized(a, "nearest") + ")"),
          Map.entry("_upsample_nearest_exact2d", a -> resized(a, "nearest-exact") + ")"),
          Map.entry(
              "einsum", a -> "torch.einsum(" + print(a.get(0)) + ", " + elements(a.get(1)) + ")"),
          Map.entry("im2col", this::unfold),
          Map.entry("expand", a -> method("expand", a.get(0), elements(a.get(1)))),
          Map.entry("repeat", a -> method("repeat", a.get(0), elements(a.get(1)))),
          Map.entry(
              "softmax", a -> "F.softmax(" + print(a.get(0)) + ", dim=" + print(a.get(1)) + ")"),
          Map.entry(
              "log_softmax",
              a -> "F.log_softmax(" + print(a.get(0)) + ", dim=" + print(a.get(1)) + ")"),
          Map.entry("batch_norm", this::batchNorm),
          Map.entry("mean", a -> reduce("mean", a)),
          Map.entry("sum", a -> reduce("sum", a)),
          Map.entry("amax", a -> reduce("amax", a)),
          Map.entry("amin", a -> reduce("amin", a)),
          Map.entry("cat", a -> joined("torch.cat", a)),
          Map.entry("stack", a -> joined("torch.stack", a)),
          Map.entry("reshape", this::reshape),
          Map.entry("append", a -> method("append", a.get(0), print(a.get(1)))),
          Map.entry("new_ones", a -> method("new_ones", a.get(0), list(a.subList(1, a.size())))),
          Map.entry("new_zeros", a -> method("new_zeros", a.get(0), list(a.subList(1, a.size())))),
          Map.entry("chunk", a -> method("chunk", a.get(0), list(a.subList(1, a.size())))),
          Map.entry("permute", a -> method("permute", a.get(0), elements(a.get(1)))),
          Map.entry("numel", a -> method("numel", a.get(0), "")),
          Map.entry("size", a -> method("size", a.get(0), list(a.subList(1, a.size())))),
          Map.entry("squeeze", a -> method("squeeze", a.get(0), list(a.subList(1, a.size())))),
          Map.entry("unsqueeze", a -> method("unsqueeze", a.get(0), list(a.subList(1, a.size())))),
          Map.entry("to", a -> method("to", a.get(0), list(a.subList(1, a.size())))),
          Map.entry("cross_entropy_loss", this::crossEntropy),
          Map.entry("adaptive_avg_pool1d", a -> "F.adaptive_avg_pool1d(" + list(a) + ")"),
          Map.entry(
              "adaptive_max_pool1d",
              a -> "F.adaptive_max_pool1d(" + list(a) + ", return_indices=True)"),
          Map.entry("adaptive_avg_pool2d", a -> "F.adaptive_avg_pool2d(" + list(a) + ")"),
          Map.entry(
              "adaptive_max_pool2d",
              a -> "F.adaptive_max_pool2d(" + list(a) + ", return_indices=True)"),
          Map.entry("adaptive_avg_pool3d", a -> "F.adaptive_avg_pool3d(" + list(a) + ")"),
          Map.entry(
              "adaptive_max_pool3d",
              a -> "F.adaptive_max_pool3d(" + list(a) + ", return_indices=True)"),
          Map.entry("scaled_dot_product_attention", this::attention),
          Map.entry("slice", this::slice),
          Map.entry("select", this::select),
          Map.entry("neg", a -> "-" + print(a.get(0), ATOM)));

  private final Map<String, String> locals;
  private final Function<String, String> attributes;
  private final Map<String, String> results;

  /** Prints local values under other names; one that has none keeps its own. */
  PythonExpressions(Map<String, String> locals) {
    this(locals, Map.of());
  }

  /**
   * @param results what of a module's answer is its output, by the module's path
   */
  PythonExpressions(Map<String, String> locals, Map<String, String> results) {
    this(locals, path -> "self." + path, results);
  }

  /** With another word for each attribute than that of {@code self}. */
  PythonExpressions(Map<String, String> locals, Function<String, String> attributes) {
    this(locals, attributes, Map.of());
  }

  private PythonExpressions(
      Map<String, String> locals,
      Function<String, String> attributes,
      Map<String, String> results) {
    this.locals = locals;
    this.attributes = attributes;
    this.results = results;
  }

  String print(Expr expr) {
    return print(expr, 0);
  }

  private String print(Expr expr, int binding) {
    if (expr instanceof Expr.Local e) {
      return locals.getOrDefault(e.name(), e.name());
    }
    if (expr instanceof Expr.Attribute e) {
      return attributes.apply(e.path());
    }
    if (expr instanceof Expr.Training) {
      return "self.training";
    }
    if (expr instanceof Expr.Setting e) {
      return "self." + e.name();
    }
    if (expr instanceof Expr.IntLiteral e) {
      return Long.toString(e.value());
    }
    if (expr instanceof Expr.FloatLiteral e) {
      return PythonNumber.shortest(e.value());
    }
    if (expr instanceof Expr.BoolLiteral e) {
      return e.value() ? "True" : "False";
    }
    if (expr instanceof Expr.TextLiteral e) {
      return PythonText.quote(e.value());
    }
    if (expr instanceof Expr.NoneLiteral) {
      return "None";
    }
    if (expr instanceof Expr.DTypeLiteral e) {
      return "torch." + e.value().torchName();
    }
    if (expr instanceof Expr.ListLiteral e) {
      return "(" + list(e.elements()) + (e.elements().size() == 1 ? ",)" : ")");
    }
    if (expr instanceof Expr.Aten e) {
      return aten(e, binding);
    }
    if (expr instanceof Expr.IntArithmetic e) {
      return arithmetic(e, binding);
    }
    if (expr instanceof Expr.FloatArithmetic e) {
      return arithmetic(e, binding);
    }
    if (expr instanceof Expr.ModuleCall e) {
      return "self."
          + e.path()
          + "("
          + list(e.arguments())
          + ")"
          + results.getOrDefault(e.path(), "");
    }
    throw new AssertionError("no case for " + expr.getClass().getSimpleName());
  }

  private String aten(Expr.Aten call, int binding) {
    List<Expr> arguments = call.arguments();
    String infix = INFIX.get(call.operator());
    if (infix != null && arguments.size() == 2) {
      return infix(infix, arguments.get(0), arguments.get(1), binding);
    }
    Function<List<Expr>, String> form = special.get(call.operator());
    if (form != null) {
      return form.apply(arguments);
    }
    if (call.operator().endsWith("_")) {
      return method(
          call.operator(), arguments.get(0), list(arguments.subList(1, arguments.size())));
    }
    String function = FUNCTIONAL.getOrDefault(call.operator(), "torch." + call.operator());
    return function + "(" + list(arguments) + ")";
  }

  private String arithmetic(Expr.IntArithmetic e, int binding) {
    return switch (e.operator()) {
      case "max", "min" -> e.operator() + "(" + print(e.left()) + ", " + print(e.right()) + ")";
      default -> infix(e.operator(), e.left(), e.right(), binding);
    };
  }

  private String arithmetic(Expr.FloatArithmetic e, int binding) {
    List<Expr> operands = e.operands();
    return switch (e.operator()) {
      case "neg" -> "-" + print(operands.get(0), ATOM);
      case "sqrt" -> "math.sqrt(" + list(operands) + ")";
      case "float32" -> "_float32(" + list(operands) + ")";
      case "max", "min" -> e.operator() + "(" + list(operands) + ")";
      case "**" -> {
        String text = print(operands.get(0), ATOM) + " ** " + print(operands.get(1), POWER);
        yield POWER < binding ? "(" + text + ")" : text;
      }
      default -> infix(e.operator(), operands.get(0), operands.get(1), binding);
    };
  }

  private String infix(String operator, Expr left, Expr right, int binding) {
    int own =
        switch (operator) {
          case "+", "-" -> SUM;
          case "<", "<=", ">", ">=" -> COMPARISON;
          default -> PRODUCT;
        };
    String text = print(left, own) + " " + operator + " " + print(right, own + 1);
    return own < binding ? "(" + text + ")" : text;
  }

  private String method(String name, Expr receiver, String arguments) {
    return print(receiver, ATOM) + "." + name + "(" + arguments + ")";
  }

  private String reduce(String name, List<Expr> arguments) {
    if (arguments.size() == 1) {
      return method(name, arguments.get(0), "");
    }
    boolean keep = arguments.size() > 2 && arguments.get(2).equals(new Expr.BoolLiteral(true));
    return method(name, arguments.get(0), print(arguments.get(1)) + (keep ? ", keepdim=True" : ""));
  }

  private String joined(String function, List<Expr> arguments) {
    return function + "(" + print(arguments.get(0)) + ", dim=" + print(arguments.get(1)) + ")";
  }

  private String reshape(List<Expr> a) {
    String sizes = elements(a.get(1));
    return method("reshape", a.get(0), sizes.isEmpty() ? "()" : sizes);
  }

  private String maxPool(List<Expr> a) {
    return maxPool("F.max_pool2d(", a);
  }

  private String maxPool3d(List<Expr> a) {
    return maxPool("F.max_pool3d(", a);
  }

  private String maxPool(String function, List<Expr> a) {
    List<String> parts = new ArrayList<>(List.of(print(a.get(0)), pair(a.get(1))));
    named(parts, "stride", a, 2, "");
    named(parts, "padding", a, 3, "0");
    named(parts, "dilation", a, 4, "1");
    named(parts, "ceil_mode", a, 5, "False");
    return function + String.join(", ", parts) + ")";
  }

  private String avgPool(List<Expr> a) {
    return avgPool("F.avg_pool2d(", a);
  }

  private String avgPool3d(List<Expr> a) {
    return avgPool("F.avg_pool3d(", a);
  }

  private String avgPool(String function, List<Expr> a) {
    List<String> parts = new ArrayList<>(List.of(print(a.get(0)), pair(a.get(1))));
    named(parts, "stride", a, 2, "");
    named(parts, "padding", a, 3, "0");
    named(parts, "ceil_mode", a, 4, "False");
    named(parts, "count_include_pad", a, 5, "True");
    named(parts, "divisor_override", a, 6, "None");
    return function + String.join(", ", parts) + ")";
  }

  /** PyTorch's function takes the statistics before what scales and shifts. */
  private String batchNorm(List<Expr> a) {
    List<String> parts =
        new ArrayList<>(List.of(0, 3, 4, 1, 2).stream().map(a::get).map(this::print).toList());
    named(parts, "training", a, 5, "False");
    if (!(a.get(3) instanceof Expr.NoneLiteral)) {
      named(parts, "momentum", a, 6, "0.1");
    }
    named(parts, "eps", a, 7, "1e-05");
    return "F.batch_norm(" + String.join(", ", parts) + ")";
  }

  private String crossEntropy(List<Expr> a) {
    return "F.cross_entropy(" + print(a.get(0)) + ", " + print(a.get(1)) + ", reduction=\"none\")";
  }

  private String attention(List<Expr> a) {
    List<String> parts = new ArrayList<>(a.subList(0, 3).stream().map(this::print).toList());
    named(parts, "attn_mask", a, 3, "None");
    named(parts, "dropout_p", a, 4, "0.0");
    named(parts, "is_causal", a, 5, "False");
    return "F.scaled_dot_product_attention(" + String.join(", ", parts) + ")";
  }

  private String unfold(List<Expr> a) {
    return "F.unfold("
        + print(a.get(0))
        + ", ("
        + elements(a.get(1))
        + ")"
        + pair(", dilation", a.get(2), 1)
        + pair(", padding", a.get(3), 0)
        + pair(", stride", a.get(4), 1)
        + ")";
  }

  /** A named pair of numbers; left out where both are PyTorch's default. */
  private String pair(String name, Expr both, long otherwise) {
    String standard = elements(Expr.ints(List.of(otherwise, otherwise)));
    return elements(both).equals(standard) ? "" : name + "=(" + elements(both) + ")";
  }

  private String padded(List<Expr> a, String mode) {
    return "F.pad(" + print(a.get(0)) + ", " + print(a.get(1)) + ", mode=\"" + mode + "\")";
  }

  private String resized(List<Expr> a, String mode) {
    return "F.interpolate("
        + print(a.get(0))
        + ", size="
        + print(a.get(1))
        + ", mode=\""
        + mode
        + "\"";
  }

  private String pad(List<Expr> a) {
    String text = "F.pad(" + print(a.get(0)) + ", " + print(a.get(1));
    String value = a.size() > 2 ? print(a.get(2)) : "0.0";
    return text + (value.equals("0.0") || value.equals("0") ? ")" : ", value=" + value + ")");
  }

  /** {@code x[:, 1:3]} of {@code slice(x, 1, 1, 3, 1)}. */
  private String slice(List<Expr> a) {
    if (!(a.get(1) instanceof Expr.IntLiteral dim) || dim.value() < 0) {
      return "torch.ops.aten.slice(" + list(a) + ")";
    }
    String start = print(a.get(2));
    String end = a.size() > 3 ? print(a.get(3)) : "None";
    String step = a.size() > 4 ? print(a.get(4)) : "1";
    boolean open = end.equals("None") || end.equals(Long.toString(Long.MAX_VALUE));
    String first = start.equals("0") || start.equals("None") ? "" : start;
    String last = open ? "" : end;
    String range = range(first, last, step.equals("1") ? "" : step);
    return print(a.get(0), ATOM) + "[" + ":, ".repeat((int) dim.value()) + range + "]";
  }

  /** What is more than a name or a number has blanks beside its colon, as black has it. */
  private static String range(String first, String last, String step) {
    boolean isPlain = Stream.of(first, last, step).allMatch(part -> part.matches("-?\\w*"));
    String blank = isPlain ? "" : " ";
    String colon = (first.isEmpty() ? "" : blank) + ":";
    if (step.isEmpty()) {
      return first + colon + (last.isEmpty() ? "" : blank) + last;
    }
    String middle = last.isEmpty() ? ":" : blank + last + blank + ":";
    return first + colon + middle + blank + step;
  }

  /** {@code x[:, -1]} of {@code select(x, 1, -1)}. */
  private String select(List<Expr> a) {
    return a.get(1) instanceof Expr.IntLiteral dim && dim.value() >= 0
        ? print(a.get(0), ATOM) + "[" + ":, ".repeat((int) dim.value()) + print(a.get(2)) + "]"
        : "torch.select(" + list(a) + ")";
  }

  private void named(List<String> parts, String name, List<Expr> from, int at, String standard) {
    if (at < from.size()) {
      String value = pair(from.get(at));
      boolean sameAsKernel = name.equals("stride") && value.equals(parts.get(1));
      if (!value.equals(standard) && !sameAsKernel && !value.equals("()")) {
        parts.add(name + "=" + value);
      }
    }
  }

  /** One number where both axes have the same. */
  String pair(Expr expr) {
    if (expr instanceof Expr.ListLiteral list
        && !list.elements().isEmpty()
        && list.elements().stream().distinct().count() == 1) {
      return print(list.elements().get(0));
    }
    return print(expr);
  }

  private String elements(Expr list) {
    return list instanceof Expr.ListLiteral l ? list(l.elements()) : print(list);
  }

  private String list(List<Expr> expressions) {
    return expressions.stream().map(this::print).collect(Collectors.joining(", "));
  }
}
