package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * {@code tf.nn} and {@code tf.math}, with arguments of their own and the defaults that TensorFlow
 * gives them ({@code tensorflow/python/ops/nn_ops.py}).
 */
final class ActivatingTensorFlow {
  /** A function with one result, and the names of the arguments that are known here. */
  record Row(Set<String> arguments, Function<TensorFlowCall, Value> result) {}

  static final Map<String, Row> TABLE = table();

  private ActivatingTensorFlow() {}

  private static Map<String, Row> table() {
    Map<String, Row> all = new HashMap<>();
    all.put("nn.softmax", new Row(Set.of("axis"), c -> along("softmax", c)));
    all.put("nn.log_softmax", new Row(Set.of("axis"), c -> along("log_softmax", c)));
    all.put("nn.leaky_relu", new Row(Set.of("alpha"), ActivatingTensorFlow::leaky));
    all.put("nn.gelu", new Row(Set.of("approximate"), ActivatingTensorFlow::gelu));
    plain(all, "nn.elu", "elu");
    plain(all, "nn.selu", "selu");
    plain(all, "nn.softplus", "softplus");
    plain(all, "math.softplus", "softplus");
    plain(all, "nn.softsign", "softsign");
    plain(all, "math.softsign", "softsign");
    for (String name : List.of("nn.silu", "nn.swish")) {
      all.put(name, new Row(Set.of("beta"), ActivatingTensorFlow::silu));
    }
    for (String name : List.of("math.l2_normalize", "nn.l2_normalize", "linalg.l2_normalize")) {
      all.put(name, new Row(Set.of("axis", "epsilon"), ActivatingTensorFlow::normal));
    }
    for (String name : List.of("linalg.matmul", "matmul")) {
      all.put(
          name, new Row(Set.of("b", "transpose_a", "transpose_b"), ActivatingTensorFlow::product));
    }
    all.put("math.cumsum", new Row(Set.of("axis"), ActivatingTensorFlow::summedUp));
    all.put("math.reduce_variance", new Row(Set.of("axis", "keepdims"), c -> variance(c)));
    all.put(
        "math.reduce_std",
        new Row(Set.of("axis", "keepdims"), c -> c.ops().one("Sqrt", variance(c))));
    all.put("math.argmax", new Row(Set.of("axis"), c -> c.one("ArgMax", Map.of(), c.x(), axis(c))));
    all.put("math.argmin", new Row(Set.of("axis"), c -> c.one("ArgMin", Map.of(), c.x(), axis(c))));
    return Map.copyOf(all);
  }

  private static Value axis(TensorFlowCall call) {
    return Attrs.scalar(call.axis(0));
  }

  private static Value along(String operator, TensorFlowCall call) {
    Held x = call.tensor();
    return call.context()
        .assign(operator, Activations.along(operator, x, call.whole("axis", -1)), x.type());
  }

  private static void plain(Map<String, Row> all, String function, String name) {
    all.put(function, new Row(Set.of(), call -> activation(name, call)));
  }

  private static Value activation(String name, TensorFlowCall call) {
    return Activations.apply(call.tensor(), Optional.of(new Config.Text(name)), call.context());
  }

  private static Value silu(TensorFlowCall call) {
    if (call.arguments().number(1, "beta") != 1) {
      throw call.context().unsupported("is called with a beta other than 1");
    }
    return activation("silu", call);
  }

  private static Value leaky(TensorFlowCall call) {
    Held x = call.tensor();
    Expr slope = Activations.number(call.arguments().number(0.2f, "alpha"));
    return call.context().assign("leaky_relu", Expr.aten("leaky_relu", x.expr(), slope), x.type());
  }

  private static Value gelu(TensorFlowCall call) {
    Held x = call.tensor();
    boolean isApproximate = call.arguments().flag(false, "approximate");
    Expr made = isApproximate ? ActivationFunctions.byTanh(x) : Expr.aten("gelu", x.expr());
    return call.context().assign("gelu", made, x.type());
  }

  private static List<Long> axes(TensorFlowCall call) {
    int rank = call.tensor().type().rank();
    return call.arguments()
        .get("axis")
        .map(io.github.tf2torch.rules.Settings::wholes)
        .orElseGet(() -> java.util.stream.LongStream.range(0, rank).boxed().toList());
  }

  private static Value normal(TensorFlowCall call) {
    GraphOps ops = call.ops();
    float epsilon = call.arguments().number(1e-12f, "epsilon");
    Value sum = ops.reduce("Sum", ops.one("Square", call.x()), axes(call), true);
    return ops.mul(call.x(), ops.one("Rsqrt", ops.one("Maximum", sum, ops.number(epsilon))));
  }

  private static Value variance(TensorFlowCall call) {
    GraphOps ops = call.ops();
    Value mean = ops.reduce("Mean", call.x(), axes(call), true);
    Value square = ops.one("Square", ops.sub(call.x(), mean));
    return ops.reduce("Mean", square, axes(call), call.arguments().flag(false, "keepdims"));
  }

  private static Value product(TensorFlowCall call) {
    Map<String, Attr> attrs =
        Map.of(
            "adj_x", Attrs.of(call.arguments().flag(false, "transpose_a")),
            "adj_y", Attrs.of(call.arguments().flag(false, "transpose_b")));
    return call.one("BatchMatMulV2", attrs, call.x(), call.operand("b"));
  }

  private static Value summedUp(TensorFlowCall call) {
    Map<String, Attr> attrs = Map.of("exclusive", Attrs.of(false), "reverse", Attrs.of(false));
    return call.one("Cumsum", attrs, call.x(), axis(call));
  }
}
