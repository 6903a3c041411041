package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Value.Held;
import java.util.Map;
import java.util.Set;

/** Dropout, and what does nothing but add to a loss. */
public final class Regularizations implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Dropout", "ActivityRegularization");
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    if (layer.className().equals("ActivityRegularization")) {
      context.assume(
          "layer \"" + layer.name() + "\" adds to the loss in Keras, and does nothing here");
      context.output(x);
      return;
    }
    if (context.settings().has("noise_shape")) {
      throw context.unsupported("has a noise_shape, which nn.Dropout does not");
    }
    float rate = context.settings().number(0, "rate", "p");
    context.output(
        context.call(new ModuleCall(new Dropout(rate), Map.of(), "dropout"), x, x.type()));
  }
}
