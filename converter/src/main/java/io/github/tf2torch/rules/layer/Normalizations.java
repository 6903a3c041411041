package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Normalization, by the mean and variance that it was adapted to or given: {@code (x - mean) /
 * max(sqrt(variance), 1e-7)}, {@code keras/src/layers/preprocessing/normalization.py}.
 */
public final class Normalizations implements LayerRule {
  private static final float EPSILON = 1e-7f;

  @Override
  public Set<String> layers() {
    return Set.of("Normalization");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    Optional<Config> axis = context.settings().get("axis");
    List<Long> axes = axis.map(Settings::wholes).orElse(List.of());
    int rank = x.type().rank();
    if (axes.size() > 1 || axes.size() == 1 && x.type().axis(axes.get(0)) != rank - 1) {
      throw context.unsupported("normalizes along axes " + axes + ", which are not the last one");
    }
    Value mean = statistic("mean", 0, context);
    Value variance = statistic("variance", 1, context);
    Value root = context.op("Sqrt", Map.of(), List.of(variance));
    Value deviation = context.op("Maximum", Map.of(), List.of(root, Attrs.number(EPSILON)));
    if (context.settings().flag(false, "invert")) {
      Value scaled = context.op("Mul", Map.of(), List.of(x, deviation));
      context.output(context.op("AddV2", Map.of(), List.of(scaled, mean)));
      return;
    }
    Value centred = context.op("Sub", Map.of(), List.of(x, mean));
    context.output(context.op("RealDiv", Map.of(), List.of(centred, deviation)));
  }

  private static Value statistic(String name, int index, LayerContext context) {
    Optional<Config> given = context.settings().get(name);
    if (given.isEmpty()) {
      TensorExpr stored = context.weight(index, name);
      Shape flat = Shape.of(stored.shape().count());
      boolean isFlat = stored.shape().rank() < 2;
      return Attrs.weight(isFlat ? stored : new TensorExpr.Reshape(stored, flat));
    }
    List<Config> items = Settings.items(given.get());
    TensorValue value =
        TensorValue.filled(
            DType.FLOAT32,
            Shape.of(items.size()),
            buffer -> items.forEach(i -> buffer.putFloat((float) Settings.real(i))));
    return Attrs.weight(new TensorExpr.Constant(context.name() + "/" + name, value));
  }
}
