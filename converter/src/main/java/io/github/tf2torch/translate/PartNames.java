package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.SnakeCase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names for the layers of a model inside of another one. Keras counts the layers of a class in a
 * whole session, so that two models that are made alike have other names; counted within the model
 * they are alike.
 */
final class PartNames {
  private PartNames() {}

  /** By the layer's name; those that a person has named keep theirs. */
  static Map<String, List<String>> of(Layer model) {
    Map<String, List<Layer>> counted = new LinkedHashMap<>();
    Map<String, List<String>> names = new HashMap<>();
    for (Layer layer : model.layers()) {
      String base = SnakeCase.of(layer.className());
      if (layer.name().matches(base + "(_\\d{1,9})?")) {
        counted.computeIfAbsent(base, b -> new ArrayList<>()).add(layer);
      }
    }
    counted.forEach(
        (base, layers) -> {
          layers.sort(Comparator.comparingInt(l -> count(l, base)));
          for (int i = 0; i < layers.size(); i++) {
            names.put(layers.get(i).name(), List.of(i == 0 ? base : base + "_" + i));
          }
        });
    return names;
  }

  private static int count(Layer layer, String base) {
    return layer.name().equals(base)
        ? 0
        : Integer.parseInt(layer.name().substring(base.length() + 1));
  }
}
