package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.Map;
import java.util.Optional;

/**
 * Activations that a model of Keras 2 calls as TensorFlow's functions, by the names and with the
 * defaults that TensorFlow gives their arguments ({@code tensorflow/python/ops/nn_ops.py}).
 */
final class TensorflowActivations {
  static final Map<String, FunctionRule> TABLE =
      Map.ofEntries(
          Map.entry("nn.softmax", (options, context) -> along("softmax", context)),
          Map.entry("nn.log_softmax", (options, context) -> along("log_softmax", context)),
          Map.entry("nn.leaky_relu", (options, context) -> leaky(context)),
          Map.entry("nn.gelu", (options, context) -> gelu(context)),
          plain("nn.elu", "elu"),
          plain("nn.selu", "selu"),
          plain("nn.softplus", "softplus"),
          plain("math.softplus", "softplus"),
          plain("nn.softsign", "softsign"),
          plain("math.softsign", "softsign"),
          plain("nn.silu", "silu"),
          plain("nn.swish", "silu"));

  private TensorflowActivations() {}

  private static Map.Entry<String, FunctionRule> plain(String function, String name) {
    return Map.entry(
        function,
        (options, context) -> {
          if (context.arguments().number(1, "beta") != 1) {
            throw context.unsupported("calls tf." + function + " with a beta other than 1");
          }
          return Activations.apply(context.input(), Optional.of(new Config.Text(name)), context);
        });
  }

  private static Value along(String operator, LayerContext context) {
    Held x = context.input();
    long axis = context.arguments().whole(-1, "axis");
    return context.assign(operator, Activations.along(operator, x, axis), x.type());
  }

  private static Value leaky(LayerContext context) {
    Held x = context.input();
    Expr slope = Activations.number(context.arguments().number(0.2f, "alpha"));
    return context.assign("leaky_relu", Expr.aten("leaky_relu", x.expr(), slope), x.type());
  }

  private static Value gelu(LayerContext context) {
    Held x = context.input();
    boolean isApproximate = context.arguments().flag(false, "approximate");
    Expr call = isApproximate ? ActivationFunctions.byTanh(x) : Expr.aten("gelu", x.expr());
    return context.assign("gelu", call, x.type());
  }
}
