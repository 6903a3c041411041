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
import java.util.ArrayList;
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
    List<Integer> axes =
        axis.map(Settings::wholes).orElse(List.of()).stream()
            .map(a -> x.type().axis(a))
            .sorted()
            .toList();
    Value mean = statistic("mean", 0, x, axes, context);
    Value variance = statistic("variance", 1, x, axes, context);
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

  private static Value statistic(
      String name, int index, Held x, List<Integer> axes, LayerContext context) {
    Optional<Config> given = context.settings().get(name);
    if (given.isEmpty()) {
      TensorExpr stored = context.weight(index, name);
      boolean isFlat = stored.shape().rank() < 2 && axes.equals(List.of(x.type().rank() - 1));
      return isFlat ? Attrs.weight(stored) : Statistics.along(stored, x, axes);
    }
    List<Double> numbers = new ArrayList<>();
    flatten(given.get(), numbers);
    TensorValue value =
        TensorValue.ofDoubles(
            DType.FLOAT32,
            Shape.of(numbers.size()),
            numbers.stream().mapToDouble(n -> n).toArray());
    TensorExpr constant = new TensorExpr.Constant(context.name() + "/" + name, value);
    boolean isFlat = numbers.size() == 1 || axes.equals(List.of(x.type().rank() - 1));
    return isFlat ? Attrs.weight(constant) : Statistics.along(constant, x, axes);
  }

  private static void flatten(Config stored, List<Double> numbers) {
    List<Config> items = Settings.items(stored);
    if (items.size() == 1 && !(stored instanceof Config.Items)) {
      numbers.add(Settings.real(stored));
    } else {
      items.forEach(i -> flatten(i, numbers));
    }
  }
}
