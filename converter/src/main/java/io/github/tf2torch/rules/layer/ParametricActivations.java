package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import java.util.Set;

/** Activations whose parameters are learnt, one for each element where they are not shared. */
public final class ParametricActivations implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("PReLU", "ParametricSoftplus", "SReLU");
  }

  @Override
  public boolean passesMask() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (!layer.className().equals("PReLU")) {
      Former.requireKeras1(context);
    }
    context.output(
        switch (layer.className()) {
          case "PReLU" -> rectified(context);
          case "ParametricSoftplus" -> softplus(context);
          case "SReLU" -> shaped(context);
          default -> throw new AssertionError("no case for " + layer.className());
        });
  }

  /** {@code relu(x) - alpha * relu(-x)}. */
  private static Value rectified(LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Value x = context.input();
    Value below = ops.one("Relu", ops.one("Neg", x));
    return ops.sub(ops.one("Relu", x), ops.mul(below, parameter(0, "alpha", context)));
  }

  /** {@code advanced_activations.py} of Keras 1.2.2: {@code softplus(beta * x) * alpha}. */
  private static Value softplus(LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Value scaled = ops.mul(context.input(), parameter(1, "betas", context));
    return ops.mul(ops.one("Softplus", scaled), parameter(0, "alphas", context));
  }

  /**
   * Three lines, of {@code advanced_activations.py} of Keras 1.2.2. The right threshold is {@code
   * t_left + |t_right|}; {@code K.relu(x, alpha, max_value)} clips before it subtracts what is
   * below zero times the slope.
   */
  private static Value shaped(LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Value x = context.input();
    Value left = parameter(0, "t_left", context);
    Value width = ops.one("Abs", parameter(2, "t_right", context));
    Value right = ops.add(left, width);
    Value above = ops.sub(x, left);
    Value negative =
        ops.mul(ops.one("Relu", ops.one("Neg", above)), parameter(1, "a_left", context));
    Value most = ops.sub(right, left);
    Value middle = ops.sub(ops.one("Minimum", ops.one("Relu", above), most), negative);
    Value beyond = ops.mul(ops.one("Relu", ops.sub(x, right)), parameter(3, "a_right", context));
    return ops.add(ops.add(left, middle), beyond);
  }

  private static Value parameter(int index, String name, LayerContext context) {
    return Attrs.weight(context.weight(index, name));
  }
}
