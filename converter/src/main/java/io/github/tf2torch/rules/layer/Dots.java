package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Dot: the products of two tensors along an axis of each, {@code keras/src/layers/merging}. */
public final class Dots implements LayerRule {
  /** {@code normalize} with Keras's own epsilon of 1e-7. */
  private static final float MOST = 1e7f;

  @Override
  public Set<String> layers() {
    return Set.of("Dot");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (context.isOperation()) {
      context.output(ProductFunctions.dot(context));
      return;
    }
    if (context.inputs().size() != 2) {
      throw context.unsupported("is called with " + context.inputs().size() + " tensors");
    }
    Held x = context.inputs().get(0);
    Held y = context.inputs().get(1);
    List<Long> axes =
        context
            .settings()
            .get("axes")
            .map(Settings::wholes)
            .orElseThrow(() -> context.unsupported("has no axes"));
    int a = x.type().axis(axes.get(0));
    int b = y.type().axis(axes.get(axes.size() - 1));
    boolean isNormal = context.settings().flag(false, "normalize");
    Value left = isNormal ? unit(x, a, context) : x;
    Value right = isNormal ? unit(y, b, context) : y;
    String first = letters('b', x.type().rank(), a);
    String second = letters('m', y.type().rank(), b);
    String result =
        "a" + first.substring(1).replace("z", "") + second.substring(1).replace("z", "");
    Value product =
        context.op(
            "Einsum",
            Map.of("equation", Attrs.of(first + "," + second + "->" + result)),
            List.of(left, right));
    context.output(
        result.length() == 1
            ? context.op("ExpandDims", Map.of(), List.of(product, Attrs.scalar(1)))
            : product);
  }

  private static Value unit(Value x, int axis, LayerContext context) {
    return unit(x, List.of((long) axis), MOST, context);
  }

  /** {@code x * min(rsqrt(sum(x^2)), most)}. */
  static Value unit(Value x, List<Long> axes, float most, LayerContext context) {
    Value square = context.op("Square", Map.of(), List.of(x));
    Value sum =
        context.op("Sum", Map.of("keep_dims", Attrs.of(true)), List.of(square, Attrs.vector(axes)));
    Value root = context.op("Rsqrt", Map.of(), List.of(sum));
    Value bounded = context.op("Minimum", Map.of(), List.of(root, Attrs.number(most)));
    return context.op("Mul", Map.of(), List.of(x, bounded));
  }

  /** {@code a} is the batch, {@code z} the axis along which products are added up. */
  private static String letters(char first, int rank, int summed) {
    StringBuilder all = new StringBuilder("a");
    for (int i = 1; i < rank; i++) {
      all.append(i == summed ? 'z' : (char) (first + i));
    }
    return all.toString();
  }
}
