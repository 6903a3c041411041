package io.github.tf2torch.verify.reference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Layers that change images at random in training, and leave them as they are at inference. */
final class Augmentations {
  private static final List<String> NAMES =
      List.of(
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

  static final Map<String, LayerReference> TABLE = table();

  private Augmentations() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    NAMES.forEach(
        name ->
            all.put(
                name,
                LayerReference.of(
                    call -> {
                      if (call.isTraining()) {
                        throw call.missing("in training");
                      }
                      return Preprocessings.floating(call);
                    })));
    return all;
  }
}
