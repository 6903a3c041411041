package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Means and variances along any axes, for what PyTorch has no module for. */
final class Statistics {
  private Statistics() {}

  /** Layer normalization, {@code keras.ops.layer_normalization}. */
  static Value normalized(Held x, List<Integer> axes, LayerContext context) {
    Settings settings = context.settings();
    boolean isOfSquares = settings.flag(false, "rms_scaling");
    Value mean = mean(x, axes, context);
    Value centred = context.op("Sub", Map.of(), List.of(x, mean));
    Value variance = mean(context.op("Square", Map.of(), List.of(centred)), axes, context);
    Value inverse = inverse(variance, settings.number(1e-3f, "epsilon"), context);
    Value y = context.op("Mul", Map.of(), List.of(isOfSquares ? x : centred, inverse));
    int next = 0;
    if (settings.flag(true, "scale") || isOfSquares) {
      Value gamma = along(context.weight(next++, "gamma"), x, axes);
      y = context.op("Mul", Map.of(), List.of(y, gamma));
    }
    return settings.flag(true, "center") && !isOfSquares
        ? context.op("AddV2", Map.of(), List.of(y, along(context.weight(next, "beta"), x, axes)))
        : y;
  }

  /**
   * Over the root of the mean square, {@code keras.ops.rms_normalization}: its scale is broadcast
   * along the last axes, whichever are normalized.
   */
  static Value scaled(Held x, List<Integer> axes, LayerContext context) {
    Value square = mean(context.op("Square", Map.of(), List.of(x)), axes, context);
    Value inverse = inverse(square, context.settings().number(1e-6f, "epsilon"), context);
    Value y = context.op("Mul", Map.of(), List.of(x, inverse));
    return context.op("Mul", Map.of(), List.of(y, Attrs.weight(context.weight(0, "scale"))));
  }

  private static Value mean(Value x, List<Integer> axes, LayerContext context) {
    List<Long> all = axes.stream().map(Integer::longValue).toList();
    return context.op("Mean", Map.of("keep_dims", Attrs.of(true)), List.of(x, Attrs.vector(all)));
  }

  private static Value inverse(Value x, float epsilon, LayerContext context) {
    Value sum = context.op("AddV2", Map.of(), List.of(x, Attrs.number(epsilon)));
    return context.op("Rsqrt", Map.of(), List.of(sum));
  }

  /** A weight of these axes' extents, to be broadcast along the others. */
  static Value along(TensorExpr weight, Held x, List<Integer> axes) {
    List<Long> shape = new ArrayList<>(Collections.nCopies(x.type().rank(), 1L));
    long count = weight.shape().count();
    for (int axis : axes) {
      long extent = x.type().dims().extent(axis);
      shape.set(axis, extent < 0 ? count : extent);
    }
    int first = axes.isEmpty() ? 0 : axes.get(0);
    return Attrs.weight(
        new TensorExpr.Reshape(weight, new Shape(shape.subList(first, shape.size()))));
  }
}
