package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.Map;
import java.util.Optional;

/** Keras's activation functions ({@code keras/src/activations/activations.py}). */
final class Activations {
  private Activations() {}

  /** As a layer's argument names it: a name, or a class with a configuration. */
  static SymbolicTensor of(LayerCall call, SymbolicTensor x, String otherwise, String... names) {
    Optional<Config> stored = call.settings().get(names);
    if (stored.isEmpty()) {
      return named(call, otherwise, new Settings(new Config.Absent()), x);
    }
    if (stored.get() instanceof Config.Text name) {
      return named(call, name.value(), new Settings(new Config.Absent()), x);
    }
    Config config = stored.get().get("config").orElse(new Config.Absent());
    String name =
        config.text().or(() -> stored.get().get("class_name").flatMap(Config::text)).orElse("?");
    return named(call, name, new Settings(config), x);
  }

  static SymbolicTensor named(LayerCall call, String name, Settings s, SymbolicTensor x) {
    Ops ops = call.ops();
    return switch (name) {
      case "linear" -> x;
      case "relu" ->
          relu(
              ops,
              x,
              s.number(0, "negative_slope", "alpha"),
              s.number("max_value"),
              s.number(0, "threshold"));
      case "relu6", "ReLU6" -> ops.one("Relu6", x);
      case "sigmoid" -> ops.one("Sigmoid", x);
      case "tanh" -> ops.one("Tanh", x);
      case "softmax" -> ops.softmax(x, (int) s.whole(-1, "axis"));
      case "log_softmax" -> ops.one("LogSoftmax", x);
      case "softplus" -> ops.one("Softplus", x);
      case "softsign" -> ops.one("Softsign", x);
      case "elu" -> elu(ops, x, s.number(1, "alpha"));
      case "selu" -> ops.one("Selu", x);
      case "gelu" -> gelu(ops, x, s.flag(false, "approximate"));
      case "exponential" -> ops.one("Exp", x);
      case "hard_sigmoid" -> hardSigmoid(call, x);
      case "hard_silu", "hard_swish" -> ops.mul(x, sixth(ops, x));
      case "silu", "swish" -> ops.mul(x, ops.one("Sigmoid", x));
      case "mish" -> ops.mul(x, ops.one("Tanh", ops.one("Softplus", x)));
      case "leaky_relu" -> leaky(ops, x, s.number(0.2, "negative_slope", "alpha"));
      case "celu" -> celu(ops, x, s.number(1, "alpha"));
      case "hard_tanh" -> ops.maximum(ops.minimum(x, 1), -1);
      case "log_sigmoid" -> ops.one("Neg", ops.one("Softplus", ops.one("Neg", x)));
      case "tanh_shrink" -> ops.sub(x, ops.one("Tanh", x));
      case "squareplus" ->
          ops.div(ops.add(x, ops.one("Sqrt", ops.add(ops.one("Square", x), s.number(4, "b")))), 2);
      default -> throw new MissingReference("the activation " + name);
    };
  }

  /** {@code relu(x, negative_slope, max_value, threshold)} of {@code activations.py}. */
  static SymbolicTensor relu(
      Ops ops, SymbolicTensor x, double slope, Optional<Double> max, double threshold) {
    if (slope == 0 && threshold == 0) {
      SymbolicTensor positive = ops.one("Relu", x);
      return max.isEmpty()
          ? positive
          : max.get() == 6 ? ops.one("Relu6", x) : ops.minimum(positive, max.get());
    }
    SymbolicTensor above =
        threshold == 0
            ? ops.one("Relu", x)
            : ops.mul(x, ops.cast(ops.greater(x, threshold), x.dtype()));
    SymbolicTensor bounded = max.isEmpty() ? above : ops.minimum(ops.maximum(above, 0), max.get());
    if (slope == 0) {
      return bounded;
    }
    SymbolicTensor below =
        threshold == 0
            ? ops.one("Relu", ops.one("Neg", x))
            : ops.one("Relu", ops.sub(ops.number(threshold, x), x));
    return ops.sub(bounded, ops.mul(below, slope));
  }

  static SymbolicTensor leaky(Ops ops, SymbolicTensor x, double slope) {
    return ops.one("LeakyRelu", Map.of("alpha", new Attr.Float((float) slope)), x);
  }

  static SymbolicTensor elu(Ops ops, SymbolicTensor x, double alpha) {
    SymbolicTensor plain = ops.one("Elu", x);
    return alpha == 1 ? plain : ops.where(ops.greater(x, 0), plain, ops.mul(plain, alpha));
  }

  private static SymbolicTensor celu(Ops ops, SymbolicTensor x, double alpha) {
    SymbolicTensor below = ops.one("Expm1", ops.div(ops.minimum(x, 0), alpha));
    return ops.add(ops.maximum(x, 0), ops.mul(below, alpha));
  }

  /** {@code tf.nn.gelu}. */
  static SymbolicTensor gelu(Ops ops, SymbolicTensor x, boolean isApproximate) {
    if (isApproximate) {
      SymbolicTensor cube = ops.one("Pow", x, ops.number(3, x));
      // both numbers are computed in the graph, as is the root below; atan(1) is a quarter of pi
      SymbolicTensor factor = ops.div(ops.number(44715, x), 1e6);
      SymbolicTensor quarter = ops.one("Atan", ops.number(1, x));
      SymbolicTensor root = ops.one("Sqrt", ops.div(ops.number(0.5, x), quarter));
      SymbolicTensor inner = ops.mul(ops.add(x, ops.mul(cube, factor)), root);
      return ops.mul(ops.mul(x, 0.5), ops.add(ops.one("Tanh", inner), 1));
    }
    // the root is taken in the graph: exact in float64, as PyTorch's is, and Keras's in float32
    SymbolicTensor root = ops.one("Sqrt", ops.number(0.5, x));
    return ops.mul(ops.mul(x, 0.5), ops.one("Erfc", ops.mul(ops.one("Neg", x), root)));
  }

  /** Keras 3 has PyTorch's line, Keras 1 and 2 one that is flatter. */
  private static SymbolicTensor hardSigmoid(LayerCall call, SymbolicTensor x) {
    Ops ops = call.ops();
    if (call.building().version().major() >= 3) {
      return sixth(ops, x);
    }
    return ops.maximum(ops.minimum(ops.add(ops.mul(x, 0.2), 0.5), 1), 0);
  }

  private static SymbolicTensor sixth(Ops ops, SymbolicTensor x) {
    return ops.div(ops.one("Relu6", ops.add(x, 3)), 6);
  }
}
