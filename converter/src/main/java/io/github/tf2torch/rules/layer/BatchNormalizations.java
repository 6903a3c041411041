package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * BatchNormalization with the momentum, epsilon and variance of the Keras that wrote the file.
 *
 * <p>Keras 3 and Keras 1 move towards the variance of the batch; {@code tf.keras} 2 uses the fused
 * kernel for images, which corrects it by Bessel, as PyTorch does.
 */
public final class BatchNormalizations implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "BatchNormalization",
        "BatchNormalizationV1",
        "BatchNormalizationV2",
        "SyncBatchNormalization");
  }

  @Override
  public boolean passesMask() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Settings settings = context.settings();
    if (settings.flag(false, "renorm")) {
      throw context.unsupported("has renorm=True, which PyTorch has no layer for");
    }
    if (settings.whole(0, "mode") != 0) {
      throw context.unsupported("has mode=" + settings.whole(0, "mode") + " of Keras 1");
    }
    Held x = context.input();
    boolean scale = settings.flag(true, "scale");
    boolean center = settings.flag(true, "center");
    int statistics = (scale ? 1 : 0) + (center ? 1 : 0);
    List<Value> inputs = new ArrayList<>(List.of(x));
    inputs.add(Attrs.weight(context.weight(statistics, "moving mean")));
    inputs.add(Attrs.weight(context.weight(statistics + 1, "moving variance")));
    if (scale) {
      inputs.add(Attrs.weight(context.weight(0, "gamma")));
    }
    if (center) {
      inputs.add(Attrs.weight(context.weight(scale ? 1 : 0, "beta")));
    }
    Map<String, Attr> attrs = new HashMap<>();
    attrs.put("scale", Attrs.of(scale));
    attrs.put("center", Attrs.of(center));
    attrs.put("axis", Attrs.of(axis(context) - (long) x.type().rank()));
    attrs.put("rank", Attrs.of(1));
    attrs.put("epsilon", Attrs.of(settings.number(1e-3f, "epsilon")));
    attrs.put("momentum", Attrs.of(settings.number(0.99f, "momentum")));
    attrs.put("sample", Attrs.of(isOfSample(context)));
    boolean isFrozen = !context.isTrainable() && context.version().isOfTensorFlow();
    attrs.put("frozen", Attrs.of(isFrozen || context.isForInference()));
    attrs.put("steps", Attrs.of(context.steps()));
    if (context.steps() < 0) {
      context.assume(
          "layer \""
              + layer.name()
              + "\": its statistics are of all steps together, and in Keras of each by itself;"
              + " give the model's input a fixed number of steps to have them so");
    }
    if (context.mask(0).isPresent() && context.version().major() >= 3) {
      context.assume(
          "layer \""
              + layer.name()
              + "\": its statistics of a batch take in the steps that a mask hides");
    }
    context.output(context.op(Node.FUSED + "BatchNorm", attrs, inputs));
  }

  private static long axis(LayerContext context) {
    Optional<Config> stored = context.settings().get("axis");
    List<Long> axes = stored.map(Settings::wholes).orElse(List.of(-1L));
    if (axes.size() != 1) {
      throw context.unsupported("normalizes along several axes " + axes);
    }
    return context.input().type().axis(axes.get(0));
  }

  private static boolean isOfSample(LayerContext context) {
    boolean isImage = context.input().type().rank() >= 4;
    return context.version().major() == 2
        && (!context.version().isOfTensorFlow()
            || isImage && context.settings().flag(true, "fused"));
  }
}
