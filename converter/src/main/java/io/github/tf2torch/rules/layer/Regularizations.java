package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.AlphaDropout;
import io.github.tf2torch.model.target.nn.ChannelDropout;
import io.github.tf2torch.model.target.nn.DropPath;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.model.target.nn.Noise;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Dropout, and what does nothing but add to a loss. */
public final class Regularizations implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization");
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
    float rate = context.settings().number(0, "rate", "p", "stddev", "sigma");
    if (context.isForInference()) {
      context.output(x);
      return;
    }
    if (layer.className().startsWith("Spatial")) {
      int axes = layer.className().charAt(layer.className().length() - 2) - '0';
      context.output(ofChannels(x, rate, DataFormat.of(context, axes), context));
      return;
    }
    if (layer.className().startsWith("Gaussian")) {
      boolean isMultiplied = layer.className().endsWith("Dropout");
      float std = isMultiplied ? (float) Math.sqrt(rate / (1.0 - rate)) : rate;
      Noise module = new Noise(std, isMultiplied);
      context.output(context.call(new ModuleCall(module, Map.of(), "noise"), x, x.type()));
      return;
    }
    Optional<Config> noise = context.settings().get("noise_shape");
    boolean isOfExamples = noise.isPresent() && isOfExamples(Settings.items(noise.get()));
    if (noise.isPresent() && !isOfExamples) {
      throw context.unsupported("has a noise_shape that is not one for each example");
    }
    TorchModule module =
        layer.className().equals("AlphaDropout") && !isOfExamples
            ? new AlphaDropout(rate)
            : dropout(isOfExamples, rate, x);
    context.output(context.call(new ModuleCall(module, Map.of(), "dropout"), x, x.type()));
  }

  private static TorchModule dropout(boolean isOfExamples, float rate, Held x) {
    return isOfExamples ? new DropPath(rate, x.type().rank()) : new Dropout(rate);
  }

  /** {@code (None, 1, 1, 1)}: an example goes as a whole. */
  private static boolean isOfExamples(List<Config> noise) {
    return noise.size() > 1
        && noise.get(0) instanceof Config.Absent
        && noise.subList(1, noise.size()).stream().allMatch(new Config.Whole(1)::equals);
  }

  private static Held ofChannels(Held input, float rate, DataFormat format, LayerContext context) {
    int rank = input.type().rank();
    Held x =
        context.inOrder(
            input,
            format.isChannelsFirst() ? AxisOrder.identity(rank) : AxisOrder.channelsFirst(rank));
    ChannelDropout module = new ChannelDropout(rate, format.spatial());
    return context.call(new ModuleCall(module, Map.of(), "dropout"), x, x.type());
  }
}
