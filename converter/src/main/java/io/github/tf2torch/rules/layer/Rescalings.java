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
import java.util.Set;

/** Rescaling: {@code x * scale + offset}, by numbers or by one for each channel. */
public final class Rescalings implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Rescaling");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    Value scaled = context.op("Mul", Map.of(), List.of(x, constant("scale", 1, context)));
    Value offset = constant("offset", 0, context);
    context.output(
        offset.equals(Attrs.number(0))
            ? scaled
            : context.op("AddV2", Map.of(), List.of(scaled, offset)));
  }

  private static Value constant(String setting, float otherwise, LayerContext context) {
    Config stored = context.settings().get(setting).orElse(new Config.Real(otherwise));
    List<Config> items = Settings.items(stored);
    if (items.size() == 1) {
      return Attrs.number((float) Settings.real(items.get(0)));
    }
    TensorValue value =
        TensorValue.ofDoubles(
            DType.FLOAT32,
            Shape.of(items.size()),
            items.stream().mapToDouble(Settings::real).toArray());
    return new Value.Weight(new TensorExpr.Constant(context.name() + "/" + setting, value));
  }
}
