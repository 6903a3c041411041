package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Activation, and the layers that are one function without variables. */
public final class ActivationLayers implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU", "Identity");
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    Settings settings = context.settings();
    context.output(
        switch (layer.className()) {
          case "Activation" -> Activations.of(x, context, "activation");
          case "ReLU" -> relu(x, context);
          // Keras's layer has 0.3, its function and TensorFlow's 0.2, PyTorch 0.01
          case "LeakyReLU" ->
              context.assign(
                  Expr.aten(
                      "leaky_relu",
                      x.expr(),
                      Activations.number(settings.number(0.3f, "negative_slope", "alpha"))),
                  x.type());
          case "ELU" -> elu(x, settings.number(1, "alpha"), context);
          case "Softmax" -> softmax(x, context);
          case "ThresholdedReLU" ->
              context.assign(
                  Expr.aten(
                      "threshold",
                      x.expr(),
                      Activations.number(settings.number(1, "theta")),
                      new Expr.IntLiteral(0)),
                  x.type());
          case "Identity" -> x;
          default -> throw new AssertionError("no case for " + layer.className());
        });
  }

  private static Held elu(Held x, float alpha, LayerContext context) {
    Expr.Aten call =
        alpha == 1
            ? Expr.aten("elu", x.expr())
            : Expr.aten("elu", x.expr(), Activations.number(alpha));
    return context.assign(call, x.type());
  }

  private static Held softmax(Held x, LayerContext context) {
    Optional<Config> axis = context.settings().get("axis");
    List<Long> axes = axis.map(Settings::wholes).orElse(List.of(-1L));
    Optional<Held> mask = context.mask(0);
    if (mask.isPresent() && context.argument("mask").isEmpty()) {
      throw context.unsupported("is a softmax under a mask of steps");
    }
    if (axes.size() != 1 || mask.isPresent()) {
      return Softmaxes.masked(x, axes.stream().map(a -> x.type().axis(a)).toList(), mask, context);
    }
    return context.assign("softmax", Activations.along("softmax", x, axes.get(0)), x.type());
  }

  /** {@code max_value}, {@code negative_slope} and {@code threshold} of Keras's ReLU layer. */
  private static Held relu(Held x, LayerContext context) {
    Settings settings = context.settings();
    float slope = settings.number(0, "negative_slope");
    float threshold = settings.number(0, "threshold");
    Optional<Float> most =
        settings.has("max_value") ? Optional.of(settings.number(0, "max_value")) : Optional.empty();
    if (threshold == 0 && slope == 0) {
      Expr.Aten call =
          most.isEmpty()
              ? Expr.aten("relu", x.expr())
              : most.get() == 6
                  ? Expr.aten("relu6", x.expr())
                  : Expr.aten(
                      "clamp", x.expr(), new Expr.IntLiteral(0), Activations.number(most.get()));
      return context.assign("relu", call, x.type());
    }
    // max_value above, x between, negative_slope * (x - threshold) below the threshold
    Expr below =
        Expr.aten(
            "mul",
            Expr.aten("sub", x.expr(), Activations.number(threshold)),
            Activations.number(slope));
    Expr capped =
        most.isEmpty()
            ? x.expr()
            : Expr.aten("clamp_max", x.expr(), Activations.number(most.get()));
    Expr isBelow = Expr.aten("lt", x.expr(), Activations.number(threshold));
    return context.assign("relu", Expr.aten("where", isBelow, below, capped), x.type());
  }
}
