package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value.Held;
import java.util.Set;

/**
 * Layers that change images at random while Keras trains, and pass them on at inference. What they
 * do in training belongs into a data pipeline, as torchvision has it: it is left out, and said so.
 */
public final class Augmentations implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of(
        "AugMix",
        "CutMix",
        "MixUp",
        "RandAugment",
        "RandomBrightness",
        "RandomColorDegeneration",
        "RandomColorJitter",
        "RandomContrast",
        "RandomCrop",
        "RandomElasticTransform",
        "RandomErasing",
        "RandomFlip",
        "RandomGaussianBlur",
        "RandomGrayscale",
        "RandomHue",
        "RandomInvert",
        "RandomPerspective",
        "RandomPosterization",
        "RandomRotation",
        "RandomSaturation",
        "RandomSharpness",
        "RandomShear",
        "RandomTranslation",
        "RandomZoom",
        "Solarization");
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Held x = context.input();
    if (!x.type().dtype().isFloating()) {
      throw context.unsupported("takes images of whole numbers");
    }
    context.assume(
        "layer \""
            + layer.name()
            + "\" changes images at random while Keras trains, and passes them on here");
    context.output(x);
  }
}
