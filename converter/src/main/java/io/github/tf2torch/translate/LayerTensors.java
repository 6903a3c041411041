package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tensors in Keras's own notation: {@code ["conv1", 0, 0]}, and with Keras 3 {@code {"class_name":
 * "__keras_tensor__", "config": {"keras_history": [...]}}}.
 */
final class LayerTensors {
  private LayerTensors() {}

  /** All that a configuration names, in order. */
  static List<Layer.Tensor> of(Optional<Config> config) {
    List<Layer.Tensor> tensors = new ArrayList<>();
    config.ifPresent(c -> collect(c, tensors));
    return tensors;
  }

  /** The one that a configuration is; empty where it is another value. */
  static Optional<Layer.Tensor> one(Config config) {
    Optional<Config> history = config.get("config").flatMap(c -> c.get("keras_history"));
    if (history.isPresent()) {
      return one(history.get());
    }
    if (config instanceof Config.Items items
        && items.values().size() >= 3
        && items.values().get(0) instanceof Config.Text layer
        && items.values().get(1) instanceof Config.Whole call
        && items.values().get(2) instanceof Config.Whole output) {
      return Optional.of(new Layer.Tensor(layer.value(), (int) call.value(), (int) output.value()));
    }
    return Optional.empty();
  }

  private static void collect(Config config, List<Layer.Tensor> tensors) {
    Optional<Layer.Tensor> one = one(config);
    if (one.isPresent()) {
      tensors.add(one.get());
    } else if (config instanceof Config.Items items) {
      items.values().forEach(item -> collect(item, tensors));
    } else if (config instanceof Config.Fields fields) {
      fields.values().values().forEach(value -> collect(value, tensors));
    }
  }
}
