package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Calls of operators as people write them: a function of {@code F}, a method, {@code torch.cat}.
 */
final class PythonCalls {
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

  /** Of the first argument, with the others. */
  private static final Set<String> METHODS =
      Set.of(
          "append",
          "new_ones",
          "new_zeros",
          "chunk",
          "numel",
          "size",
          "squeeze",
          "unsqueeze",
          "to");

  private final PythonExpressions expressions;
  private final PoolingText pooling;
  private final IndexText index;

  private final Map<String, Function<List<Expr>, String>> special;

  PythonCalls(PythonExpressions expressions) {
    this.expressions = expressions;
    this.pooling = new PoolingText(expressions);
    this.index = new IndexText(expressions);
    this.special =
        Map.ofEntries(
            Map.entry("constant_pad_nd", this::pad),
            Map.entry("reflection_pad1d", a -> padded(a, "reflect")),
            Map.entry("reflection_pad2d", a -> padded(a, "reflect")),
            Map.entry("reflection_pad3d", a -> padded(a, "reflect")),
            Map.entry("replication_pad2d", a -> padded(a, "replicate")),
            Map.entry(
                "upsample_bilinear2d",
                a ->
                    resized(a, "bilinear")
                        + ", align_corners="
                        + expressions.print(a.get(2))
                        + ")"),
            Map.entry("upsample_nearest1d", a -> resized(a, "nearest") + ")"),
            Map.entry("upsample_nearest2d", a -> resized(a, "nearest") + ")"),
            Map.entry("upsample_nearest3d", a -> resized(a, "nearest") + ")"),
            Map.entry("_upsample_nearest_exact2d", a -> resized(a, "nearest-exact") + ")"),
            Map.entry(
                "einsum",
                a ->
                    "torch.einsum("
                        + expressions.print(a.get(0))
                        + ", "
                        + expressions.elements(a.get(1))
                        + ")"),
            Map.entry("im2col", this::unfold),
            Map.entry("expand", a -> sized("expand", a)),
            Map.entry("repeat", a -> sized("repeat", a)),
            Map.entry("softmax", a -> joined("F.softmax", a)),
            Map.entry("log_softmax", a -> joined("F.log_softmax", a)),
            Map.entry("batch_norm", this::batchNorm),
            Map.entry("mean", a -> reduce("mean", a)),
            Map.entry("sum", a -> reduce("sum", a)),
            Map.entry("amax", a -> reduce("amax", a)),
            Map.entry("amin", a -> reduce("amin", a)),
            Map.entry("cat", a -> joined("torch.cat", a)),
            Map.entry("stack", a -> joined("torch.stack", a)),
            Map.entry("reshape", this::reshape),
            Map.entry("permute", a -> sized("permute", a)),
            Map.entry("cross_entropy_loss", this::crossEntropy),
            Map.entry("scaled_dot_product_attention", this::attention),
            Map.entry("slice", a -> index.slice(a)),
            Map.entry("select", a -> index.select(a)),
            Map.entry("neg", a -> "-" + expressions.print(a.get(0), PythonExpressions.ATOM)));
  }

  String print(Expr.Aten call) {
    List<Expr> arguments = call.arguments();
    Optional<String> pooled = pooling.of(call.operator(), arguments);
    if (pooled.isPresent()) {
      return pooled.get();
    }
    Function<List<Expr>, String> form = special.get(call.operator());
    if (form != null) {
      return form.apply(arguments);
    }
    if (call.operator().endsWith("_") || METHODS.contains(call.operator())) {
      return expressions.method(
          call.operator(),
          arguments.get(0),
          expressions.list(arguments.subList(1, arguments.size())));
    }
    String function = FUNCTIONAL.getOrDefault(call.operator(), "torch." + call.operator());
    return function + "(" + expressions.list(arguments) + ")";
  }

  private String reduce(String name, List<Expr> arguments) {
    if (arguments.size() == 1) {
      return expressions.method(name, arguments.get(0), "");
    }
    boolean keep = arguments.size() > 2 && arguments.get(2).equals(new Expr.BoolLiteral(true));
    return expressions.method(
        name, arguments.get(0), axes(arguments.get(1)) + (keep ? ", keepdim=True" : ""));
  }

  /** One axis as PyTorch people write it. */
  private String axes(Expr axes) {
    return axes instanceof Expr.ListLiteral list && list.elements().size() == 1
        ? expressions.print(list.elements().get(0))
        : expressions.print(axes);
  }

  private String sized(String name, List<Expr> a) {
    return expressions.method(name, a.get(0), expressions.elements(a.get(1)));
  }

  private String joined(String function, List<Expr> arguments) {
    return function
        + "("
        + expressions.print(arguments.get(0))
        + ", dim="
        + expressions.print(arguments.get(1))
        + ")";
  }

  private String reshape(List<Expr> a) {
    String sizes = expressions.elements(a.get(1));
    return expressions.method("reshape", a.get(0), sizes.isEmpty() ? "()" : sizes);
  }

  /** PyTorch's function takes the statistics before what scales and shifts. */
  private String batchNorm(List<Expr> a) {
    List<String> parts =
        new ArrayList<>(
            List.of(0, 3, 4, 1, 2).stream().map(a::get).map(expressions::print).toList());
    expressions.named(parts, "training", a, 5, "False");
    if (!(a.get(3) instanceof Expr.NoneLiteral)) {
      expressions.named(parts, "momentum", a, 6, "0.1");
    }
    expressions.named(parts, "eps", a, 7, "1e-05");
    return "F.batch_norm(" + String.join(", ", parts) + ")";
  }

  private String crossEntropy(List<Expr> a) {
    return "F.cross_entropy("
        + expressions.print(a.get(0))
        + ", "
        + expressions.print(a.get(1))
        + ", reduction=\"none\")";
  }

  private String attention(List<Expr> arguments) {
    List<Expr> a = arguments.stream().filter(e -> !(e instanceof Expr.Keyword)).toList();
    List<String> parts = new ArrayList<>(a.subList(0, 3).stream().map(expressions::print).toList());
    expressions.named(parts, "attn_mask", a, 3, "None");
    expressions.named(parts, "dropout_p", a, 4, "0.0");
    expressions.named(parts, "is_causal", a, 5, "False");
    arguments.stream()
        .filter(e -> e instanceof Expr.Keyword)
        .map(expressions::print)
        .forEach(parts::add);
    return "F.scaled_dot_product_attention(" + String.join(", ", parts) + ")";
  }

  private String unfold(List<Expr> a) {
    return "F.unfold("
        + expressions.print(a.get(0))
        + ", ("
        + expressions.elements(a.get(1))
        + ")"
        + pair(", dilation", a.get(2), 1)
        + pair(", padding", a.get(3), 0)
        + pair(", stride", a.get(4), 1)
        + ")";
  }

  /** A named pair of numbers; left out where both are PyTorch's default. */
  private String pair(String name, Expr both, long otherwise) {
    String standard = expressions.elements(Expr.ints(List.of(otherwise, otherwise)));
    return expressions.elements(both).equals(standard)
        ? ""
        : name + "=(" + expressions.elements(both) + ")";
  }

  private String padded(List<Expr> a, String mode) {
    return "F.pad("
        + expressions.print(a.get(0))
        + ", "
        + expressions.print(a.get(1))
        + ", mode=\""
        + mode
        + "\")";
  }

  private String resized(List<Expr> a, String mode) {
    return "F.interpolate("
        + expressions.print(a.get(0))
        + (a.get(1) instanceof Expr.NoneLiteral
            ? ", scale_factor=" + factors((Expr.ListLiteral) a.get(2))
            : ", size=" + expressions.print(a.get(1)))
        + ", mode=\""
        + mode
        + "\"";
  }

  /** One for all axes where they are alike; whole numbers without a fraction. */
  private static String factors(Expr.ListLiteral factors) {
    List<String> all =
        factors.elements().stream()
            .map(f -> Float.toString(((Expr.FloatLiteral) f).value()).replaceFirst("\\.0$", ""))
            .toList();
    return all.stream().distinct().count() == 1 ? all.get(0) : "(" + String.join(", ", all) + ")";
  }

  private String pad(List<Expr> a) {
    String text = "F.pad(" + expressions.print(a.get(0)) + ", " + expressions.print(a.get(1));
    String value = a.size() > 2 ? expressions.print(a.get(2)) : "0.0";
    return text + (value.equals("0.0") || value.equals("0") ? ")" : ", value=" + value + ")");
  }
}
