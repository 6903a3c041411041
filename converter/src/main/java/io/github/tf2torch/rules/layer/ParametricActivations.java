package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PReLU, whose slope may be one for each element: {@code relu(x) - alpha * relu(-x)}. */
public final class ParametricActivations implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("PReLU");
  }

  @Override
  public boolean passesMask() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    Value above = context.op("Relu", Map.of(), List.of(x));
    Value turned = context.op("Neg", Map.of(), List.of(x));
    Value below = context.op("Relu", Map.of(), List.of(turned));
    Value sloped =
        context.op("Mul", Map.of(), List.of(below, Attrs.weight(context.weight(0, "alpha"))));
    context.output(context.op("Sub", Map.of(), List.of(above, sloped)));
  }
}
