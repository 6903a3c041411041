package io.github.tf2torch.write.python;

import io.github.tf2torch.model.target.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Pooling as {@code torch.nn.functional} has it, without the arguments that are its defaults. */
final class PoolingText {
  private final PythonExpressions expressions;
  private final Map<String, Function<List<Expr>, String>> forms =
      Map.of(
          "max_pool1d", a -> maxPool("F.max_pool1d(", a),
          "max_pool2d", a -> maxPool("F.max_pool2d(", a),
          "max_pool3d", a -> maxPool("F.max_pool3d(", a),
          "avg_pool1d", a -> avgPool("F.avg_pool1d(", a),
          "avg_pool2d", a -> avgPool("F.avg_pool2d(", a),
          "avg_pool3d", a -> avgPool("F.avg_pool3d(", a));

  PoolingText(PythonExpressions expressions) {
    this.expressions = expressions;
  }

  /** The call; empty where the operator is none of pooling that has a form of its own. */
  Optional<String> of(String operator, List<Expr> arguments) {
    if (operator.startsWith("adaptive_")) {
      String places = operator.startsWith("adaptive_max") ? ", return_indices=True" : "";
      return Optional.of("F." + operator + "(" + expressions.list(arguments) + places + ")");
    }
    return Optional.ofNullable(forms.get(operator)).map(f -> f.apply(arguments));
  }

  private String maxPool(String function, List<Expr> a) {
    List<String> parts =
        new ArrayList<>(List.of(expressions.print(a.get(0)), expressions.pair(a.get(1))));
    expressions.named(parts, "stride", a, 2, "");
    expressions.named(parts, "padding", a, 3, "0");
    expressions.named(parts, "dilation", a, 4, "1");
    expressions.named(parts, "ceil_mode", a, 5, "False");
    return function + String.join(", ", parts) + ")";
  }

  private String avgPool(String function, List<Expr> a) {
    List<String> parts =
        new ArrayList<>(List.of(expressions.print(a.get(0)), expressions.pair(a.get(1))));
    expressions.named(parts, "stride", a, 2, "");
    expressions.named(parts, "padding", a, 3, "0");
    expressions.named(parts, "ceil_mode", a, 4, "False");
    // without padding it says nothing; what ceil_mode lets stand over the edge counts as padding
    if (parts.stream().anyMatch(p -> p.startsWith("padding=") || p.startsWith("ceil_mode="))) {
      expressions.named(parts, "count_include_pad", a, 5, "True");
    }
    expressions.named(parts, "divisor_override", a, 6, "None");
    return function + String.join(", ", parts) + ")";
  }
}
