package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import java.util.List;
import java.util.Set;

/**
 * AutoContrast ({@code keras/src/layers/preprocessing/image_preprocessing/auto_contrast.py}), in
 * training and at inference alike.
 */
public final class Contrasts implements LayerRule {
  private static final double FULL = 255;

  @Override
  public Set<String> layers() {
    return Set.of("AutoContrast");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    if (context.input().type().rank() != 4 || !context.input().type().dtype().isFloating()) {
      throw context.unsupported("takes no batch of images in floats");
    }
    List<Double> range =
        context.settings().get("value_range").map(Settings::items).stream()
            .flatMap(List::stream)
            .map(Settings::real)
            .toList();
    double low = range.isEmpty() ? 0 : range.get(0);
    double span = range.isEmpty() ? FULL : range.get(1) - low;
    boolean isFull = low == 0 && span == FULL;
    GraphOps ops = new GraphOps(context);
    Value images = context.input();
    Value x = isFull ? images : scaled(ops, ops.sub(images, ops.number(low)), span, FULL);
    Value least = ops.reduce("Min", x, List.of(1L, 2L), true);
    Value most = ops.reduce("Max", x, List.of(1L, 2L), true);
    Value scale = ops.div(ops.number(FULL), ops.sub(most, least));
    Value offset = ops.mul(ops.one("Neg", least), scale);
    Value wide = ops.add(ops.mul(x, scale), offset);
    Value bounded = ops.one("Minimum", wide, ops.number(FULL));
    Value y = ops.one("Maximum", bounded, ops.number(0));
    Value result = isFull ? y : ops.add(scaled(ops, y, FULL, span), ops.number(low));
    // a channel of one value has no contrast, and stays
    context.output(ops.where(ops.one("IsNan", result), images, result));
  }

  private static Value scaled(GraphOps ops, Value x, double from, double to) {
    return ops.mul(ops.div(x, ops.number(from)), ops.number(to));
  }
}
