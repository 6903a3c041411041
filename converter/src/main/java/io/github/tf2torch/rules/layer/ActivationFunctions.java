package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Activations that are called as functions of {@code keras.ops}, {@code keras/src/ops/nn.py}. */
public final class ActivationFunctions implements LayerRule {
  /** Those without settings, and the name of the activation that is the same. */
  private static final Map<String, String> PLAIN =
      Map.ofEntries(
          Map.entry("Silu", "silu"),
          Map.entry("Selu", "selu"),
          Map.entry("Softsign", "softsign"),
          Map.entry("LogSigmoid", "log_sigmoid"),
          Map.entry("HardSigmoid", "hard_sigmoid"),
          Map.entry("HardSilu", "hard_silu"),
          Map.entry("HardTanh", "hard_tanh"),
          Map.entry("TanhShrink", "tanh_shrink"),
          Map.entry("SparsePlus", "sparse_plus"));

  private static final Set<String> OTHERS =
      Set.of(
          "Gelu",
          "Elu",
          "Celu",
          "LeakyRelu",
          "HardShrink",
          "SoftShrink",
          "Threshold",
          "Squareplus",
          "LogSoftmax",
          "Glu",
          "Normalize");

  @Override
  public Set<String> layers() {
    Set<String> all = new LinkedHashSet<>(PLAIN.keySet());
    all.addAll(OTHERS);
    return all;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Operations.requireFunction(context);
    Held x = context.input();
    Settings settings = context.settings();
    String plain = PLAIN.get(layer.className());
    if (plain != null) {
      context.output(Activations.apply(x, Optional.of(new Config.Text(plain)), context));
      return;
    }
    context.output(
        switch (layer.className()) {
          case "Gelu" ->
              settings.flag(true, "approximate")
                  ? context.assign("gelu", byTanh(x), x.type())
                  : context.assign(Expr.aten("gelu", x.expr()), x.type());
          case "Elu" -> of("elu", x, context, settings.number(1, "alpha"));
          case "Celu" -> of("celu", x, context, settings.number(1, "alpha"));
          case "LeakyRelu" -> of("leaky_relu", x, context, settings.number(0.2f, "negative_slope"));
          case "HardShrink" -> of("hardshrink", x, context, settings.number(0.5f, "threshold"));
          case "SoftShrink" -> of("softshrink", x, context, settings.number(0.5f, "threshold"));
          case "Threshold" ->
              of(
                  "threshold",
                  x,
                  context,
                  settings.number(0, "threshold"),
                  settings.number(0, "default_value"));
          case "Squareplus" ->
              context.assign(
                  "squareplus",
                  Activations.squareplus(x.expr(), settings.number(4, "b")),
                  x.type());
          case "LogSoftmax" -> logSoftmax(x, context);
          case "Glu" -> gated(x, context);
          case "Normalize" -> normalized(x, context);
          default -> throw new AssertionError("no case for " + layer.className());
        });
  }

  private static Held of(String operator, Held x, LayerContext context, float... numbers) {
    List<Expr> arguments = new java.util.ArrayList<>(List.of(x.expr()));
    for (float number : numbers) {
      arguments.add(Activations.number(number));
    }
    return context.assign(new Expr.Aten(operator, arguments), x.type());
  }

  /**
   * {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}, {@code tf.nn.gelu}: of float64
   * it has 0.044715 as float32 rounds it, where PyTorch does not.
   */
  static Expr byTanh(Held held) {
    Expr x = held.expr();
    if (held.type().dtype() != DType.FLOAT64) {
      return Expr.aten("gelu", x, new Expr.Keyword("approximate", new Expr.TextLiteral("tanh")));
    }
    Expr cube = Expr.aten("pow", x, new Expr.IntLiteral(3));
    Expr sum = Expr.aten("add", x, Expr.aten("mul", cube, Activations.number(0.044715f)));
    float root = (float) Math.sqrt(2 / Math.PI);
    Expr tanh = Expr.aten("tanh", Expr.aten("mul", sum, Activations.number(root)));
    return Expr.aten(
        "mul",
        Expr.aten("mul", x, Activations.number(0.5f)),
        Expr.aten("add", tanh, new Expr.IntLiteral(1)));
  }

  private static Held logSoftmax(Held x, LayerContext context) {
    long axis = context.settings().whole(-1, "axis");
    return context.assign("log_softmax", Activations.along("log_softmax", x, axis), x.type());
  }

  /** One half times the sigmoid of the other. */
  private static Value gated(Held x, LayerContext context) {
    long axis = x.type().axis(context.settings().whole(-1, "axis"));
    List<Value> halves =
        context.op("Split", Map.of("num_split", Attrs.of(2)), List.of(Attrs.scalar(axis), x), 2);
    Value gate = context.op("Sigmoid", Map.of(), List.of(halves.get(1)));
    return context.op("Mul", Map.of(), List.of(halves.get(0), gate));
  }

  /** Over a norm that is at least epsilon; PyTorch's F.normalize has another one. */
  private static Value normalized(Held x, LayerContext context) {
    Settings settings = context.settings();
    long axis = x.type().axis(settings.whole(-1, "axis"));
    long order = settings.whole(2, "order");
    float epsilon = settings.number(1e-12f, "epsilon");
    Value bound = Attrs.number(epsilon);
    if (order == 2) {
      Value squares = context.op("Square", Map.of(), List.of(x));
      Value sum = ReducingFunctions.sum(squares, axis, true, context);
      Value bounded = context.op("Maximum", Map.of(), List.of(sum, bound));
      Value inverse = context.op("Rsqrt", Map.of(), List.of(bounded));
      return context.op("Mul", Map.of(), List.of(x, inverse));
    }
    if (order != 1) {
      throw context.unsupported("divides by a norm of order " + order);
    }
    Value sum = ReducingFunctions.norm(x, "1", axis, true, context);
    Value bounded = context.op("Maximum", Map.of(), List.of(sum, bound));
    return context.op("RealDiv", Map.of(), List.of(x, bounded));
  }
}
