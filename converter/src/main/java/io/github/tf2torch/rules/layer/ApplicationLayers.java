package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.nn.DropPath;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers that {@code keras.applications} has of its own: ConvNeXt's LayerScale and StochasticDepth,
 * InceptionResNetV2's CustomScaleLayer.
 */
public final class ApplicationLayers implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("LayerScale", "StochasticDepth", "CustomScaleLayer");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    context.output(
        switch (layer.className()) {
          case "LayerScale" ->
              context.op("Mul", Map.of(), List.of(x, Attrs.weight(context.weight(0, "gamma"))));
          case "StochasticDepth" -> dropped(x, context);
          case "CustomScaleLayer" -> scaled(context);
          default -> throw new AssertionError("no case for " + layer.className());
        });
  }

  private static Held dropped(Held x, LayerContext context) {
    DropPath module = new DropPath(context.settings().number(0, "drop_path_rate"), x.type().rank());
    return context.call(new ModuleCall(module, Map.of(), "drop_path"), x, x.type());
  }

  /** The first tensor and so much of the second. */
  private static Value scaled(LayerContext context) {
    float scale = context.settings().number(1, "scale");
    Value residual =
        context.op("Mul", Map.of(), List.of(context.inputs().get(1), Attrs.number(scale)));
    return context.op("AddV2", Map.of(), List.of(context.inputs().get(0), residual));
  }
}
