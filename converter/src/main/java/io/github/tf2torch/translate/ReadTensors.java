package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Layer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the layers of a model take of each other, and models of their layers. Told by the names
 * alone: a namesake in another model may be what is read.
 */
record ReadTensors(Set<String> keys) {
  ReadTensors {
    keys = Set.copyOf(keys);
  }

  static ReadTensors of(Layer root) {
    Set<String> keys = new HashSet<>();
    collect(root, keys);
    return new ReadTensors(keys);
  }

  private static void collect(Layer around, Set<String> keys) {
    add(LayerTensors.of(around.config().get("output_layers")), keys);
    for (Layer layer : around.layers()) {
      for (Layer.Call call : layer.calls()) {
        add(call.inputs(), keys);
        add(LayerTensors.of(Optional.of(call.arguments())), keys);
      }
      collect(layer, keys);
    }
  }

  private static void add(List<Layer.Tensor> tensors, Set<String> keys) {
    tensors.forEach(t -> keys.add(key(t.layer(), t.output())));
  }

  private static String key(String layer, int output) {
    return layer + ":" + output;
  }

  boolean contains(Layer layer, int output) {
    return keys.contains(key(layer.name(), output));
  }
}
