package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;

/**
 * Modes {@code dot} and {@code cos} of Keras 1's Merge ({@code engine/topology.py} and {@code
 * batch_dot} of {@code backend/tensorflow_backend.py}, Keras 1.2.2).
 */
final class MergedProducts {
  /** {@code K.epsilon()}. */
  private static final float EPSILON = 1e-7f;

  private MergedProducts() {}

  static Value dot(LayerContext context) {
    return dot(pair(context).get(0), pair(context).get(1), axes(context), context);
  }

  /** With an axis of one behind the batch, as Keras answers it. */
  static Value cosine(LayerContext context) {
    GraphOps ops = new GraphOps(context);
    Held x = pair(context).get(0);
    Held y = pair(context).get(1);
    List<Integer> axes = axes(context);
    Value squares = ops.mul(dot(x, x, axes, context), dot(y, y, axes, context));
    Value lengths = ops.one("Maximum", ops.one("Sqrt", squares), ops.number(EPSILON));
    return ops.one("ExpandDims", ops.div(dot(x, y, axes, context), lengths), Attrs.scalar(1));
  }

  private static List<Held> pair(LayerContext context) {
    List<Held> inputs = context.inputs();
    if (inputs.size() != 2) {
      throw context.unsupported("multiplies " + inputs.size() + " tensors instead of two");
    }
    int rank = inputs.get(0).type().rank();
    if (rank != inputs.get(1).type().rank() || rank < 2 || rank > 3) {
      throw context.unsupported("multiplies tensors of other ranks than two of 2 or two of 3");
    }
    if (context.mask(0).isPresent() || context.mask(1).isPresent()) {
      throw context.unsupported("multiplies tensors that have masks");
    }
    return inputs;
  }

  /** Along which products are added up, of each of both. */
  private static List<Integer> axes(LayerContext context) {
    Config stored = context.settings().get("dot_axes").orElse(new Config.Whole(-1));
    List<Long> both = Settings.wholes(stored);
    int first = context.inputs().get(0).type().axis(both.get(0));
    int second = context.inputs().get(1).type().axis(both.get(both.size() - 1));
    if (first == 0 || second == 0) {
      throw context.unsupported("has dot_axes " + both + ", the batch among them");
    }
    return List.of(first, second);
  }

  /** {@code K.batch_dot}: of two matrices a column. */
  private static Value dot(Held x, Held y, List<Integer> axes, LayerContext context) {
    String equation =
        x.type().rank() == 2
            ? "ax,ax->a"
            : (axes.get(0) == 1 ? "axi," : "aix,") + (axes.get(1) == 1 ? "axj" : "ajx") + "->aij";
    Value product = context.op("Einsum", Map.of("equation", Attrs.of(equation)), List.of(x, y));
    return x.type().rank() == 2 ? new GraphOps(context).reshape(product, -1L, 1L) : product;
  }
}
