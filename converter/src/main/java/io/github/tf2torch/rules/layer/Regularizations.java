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
import io.github.tf2torch.model.target.nn.SharedDropout;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

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
      float std = isMultiplied ? ofDropping(context) : rate;
      Noise module = new Noise(std, isMultiplied);
      context.output(context.call(new ModuleCall(module, Map.of(), "noise"), x, x.type()));
      return;
    }
    TorchModule module =
        layer.className().equals("AlphaDropout") ? alpha(rate, context) : dropout(rate, context);
    context.output(context.call(new ModuleCall(module, Map.of(), "dropout"), x, x.type()));
  }

  /** Keras has the rate as Python does, and hands the deviation on as float32. */
  private static float ofDropping(LayerContext context) {
    double rate = context.settings().get("rate", "p").map(Settings::real).orElse(0.0);
    return (float) Math.sqrt(rate / (1 - rate));
  }

  private static TorchModule alpha(float rate, LayerContext context) {
    if (context.settings().get("noise_shape").isPresent()) {
      throw context.unsupported("has a noise_shape, which torch.nn.AlphaDropout has not");
    }
    return new AlphaDropout(rate);
  }

  private static TorchModule dropout(float rate, LayerContext context) {
    TensorType x = context.input().type();
    List<Config> noise =
        context.settings().get("noise_shape").map(Settings::items).orElse(List.of());
    List<Integer> shared =
        IntStream.range(0, noise.size())
            .filter(axis -> noise.get(axis).equals(new Config.Whole(1)))
            .boxed()
            .toList();
    if (!noise.isEmpty() && noise.size() != x.rank()) {
      throw context.unsupported(
          "has a noise_shape of " + noise.size() + " axes on an input of " + x.rank());
    }
    boolean isOfExamples = shared.size() == x.rank() - 1 && !shared.contains(0);
    return shared.isEmpty()
        ? new Dropout(rate)
        : isOfExamples
            ? new DropPath(rate, x.rank())
            : new SharedDropout(
                rate, shared.stream().map(x.order()::dimensionOf).sorted().toList());
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
