package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Layer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which layers of a Keras model read a flattened image, and which layer made its channels. */
final class FlattenedImages {
  /** Leave all axes as they are. */
  private static final Set<String> ELEMENTWISE =
      Set.of("Dropout", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "GaussianNoise");

  private final Map<String, Layer> layers = new HashMap<>();
  private final Map<String, String> before = new HashMap<>();

  private FlattenedImages(Layer model) {
    String last = "";
    for (Layer layer : model.layers()) {
      layers.put(layer.name(), layer);
      List<Layer.Tensor> inputs =
          layer.calls().stream().findFirst().map(Layer.Call::inputs).orElse(List.of());
      // a Sequential names no inputs: the layer before is meant
      before.put(layer.name(), inputs.isEmpty() ? last : inputs.get(0).layer());
      last = layer.name();
    }
  }

  /** For each variable of a layer behind a Flatten, a variable of the layer that made the image. */
  static void collect(Layer model, Map<String, String> images) {
    FlattenedImages walk = new FlattenedImages(model);
    for (Layer layer : model.layers()) {
      walk.image(layer).ifPresent(w -> layer.weights().forEach(v -> images.put(v, w)));
      collect(layer, images);
    }
  }

  private Optional<String> image(Layer layer) {
    Set<String> seen = new HashSet<>();
    boolean isFlat = false;
    Optional<Layer> at = before(layer);
    while (at.isPresent() && seen.add(at.get().name())) {
      String className = at.get().className();
      if (className.equals("Flatten")) {
        isFlat = true;
      } else if (isFlat && isImage(at.get())) {
        List<String> weights = at.get().weights();
        return Optional.of(weights.get(weights.size() - 1));
      } else if (!ELEMENTWISE.contains(className) && !(isFlat && keepsChannels(className))) {
        return Optional.empty();
      }
      at = before(at.get());
    }
    return Optional.empty();
  }

  private Optional<Layer> before(Layer layer) {
    return Optional.ofNullable(before.get(layer.name())).map(layers::get);
  }

  private static boolean isImage(Layer layer) {
    return layer.className().contains("Conv") && !layer.weights().isEmpty();
  }

  private static boolean keepsChannels(String className) {
    return className.contains("Pooling")
        || className.contains("Padding")
        || className.contains("Cropping")
        || className.contains("UpSampling")
        || Set.of("BatchNormalization", "Resizing", "SpatialDropout2D", "Add", "PReLU")
            .contains(className);
  }
}
