package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Matrix products that Keras 1 alone had ({@code keras/layers/core.py} of Keras 1.2.2). */
public final class FormerDenseLayers implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("MaxoutDense", "Highway");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Former.requireKeras1(context);
    if (context.input().type().rank() != 2) {
      throw context.unsupported("takes (batch, features) in Keras 1 and is given another rank");
    }
    context.output(layer.className().equals("Highway") ? highway(context) : maxout(context));
  }

  /**
   * As many Dense layers as there are features, side by side in one; the largest of each output.
   */
  private static Value maxout(LayerContext context) {
    GraphOps ops = new GraphOps(context);
    TensorExpr kernel = context.weight(0, "W");
    Shape shape = kernel.shape();
    if (shape.rank() != 3) {
      throw context.unsupported(
          "has a kernel " + shape + " instead of (features, inputs, outputs)");
    }
    long features = shape.dim(0);
    long outputs = shape.dim(2);
    TensorExpr joined =
        new TensorExpr.Reshape(
            new TensorExpr.Permute(kernel, List.of(1, 0, 2)),
            Shape.of(shape.dim(1), features * outputs));
    List<TensorExpr> bias = new ArrayList<>();
    if (hasBias(context)) {
      TensorExpr stored = context.weight(1, "b");
      bias.add(new TensorExpr.Reshape(stored, Shape.of(features * outputs)));
    }
    Value all = product(context.input(), joined, bias, context);
    return ops.reduce("Max", ops.reshape(all, -1L, features, outputs), List.of(1L), false);
  }

  /** Variables in the order of {@code build}: W, W_carry, b, b_carry. */
  private static Value highway(LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Held x = context.input();
    Held turned = product(x, context.weight(0, "W"), bias(2, "b", context), context);
    Value activated = Activations.of(turned, context, "activation");
    Value carried = product(x, context.weight(1, "W_carry"), bias(3, "b_carry", context), context);
    Value gate = ops.one("Sigmoid", carried);
    Value kept = ops.mul(ops.sub(ops.number(1), gate), x);
    return ops.add(ops.mul(activated, gate), kept);
  }

  private static List<TensorExpr> bias(int index, String name, LayerContext context) {
    return hasBias(context) ? List.of(context.weight(index, name)) : List.of();
  }

  /** Keras 1 leaves the flag out of the configuration of both. */
  private static boolean hasBias(LayerContext context) {
    return context.settings().flag(true, "bias");
  }

  private static Held product(
      Held x, TensorExpr kernel, List<TensorExpr> bias, LayerContext context) {
    Map<String, Attr> attrs = new HashMap<>();
    List<Value> inputs = new ArrayList<>(List.of(x, Attrs.weight(kernel)));
    bias.forEach(b -> inputs.add(Attrs.weight(b)));
    if (!bias.isEmpty()) {
      attrs.put("fused_bias", Attrs.of(true));
    }
    return (Held) context.op("BatchMatMulV2", attrs, inputs);
  }
}
