package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How files name tensors: {@code ["layer", call, output]} in Keras 1 and 2, and in Keras 3 for a
 * model's ends; {@code {"class_name": "__keras_tensor__", "config": {"keras_history": ..}}} in the
 * arguments of Keras 3.
 */
final class TensorNotation {
  private TensorNotation() {}

  /** The tensors in a configuration, however deep, in order. */
  static List<Layer.Tensor> all(Config config) {
    Optional<Layer.Tensor> one = one(config);
    if (one.isPresent()) {
      return List.of(one.get());
    }
    Stream<Config> parts =
        config instanceof Config.Items items
            ? items.values().stream()
            : config instanceof Config.Fields fields
                ? fields.values().values().stream()
                : Stream.of();
    return parts.flatMap(p -> all(p).stream()).toList();
  }

  /** The tensor that a configuration names; empty where it is anything else. */
  static Optional<Layer.Tensor> one(Config config) {
    Optional<Config> history = config.get("config").flatMap(c -> c.get("keras_history"));
    if (history.isPresent()) {
      return one(history.get());
    }
    if (config instanceof Config.Items items
        && items.values().size() >= 3
        && items.values().get(0) instanceof Config.Text name
        && items.values().get(1) instanceof Config.Whole call
        && items.values().get(2) instanceof Config.Whole output) {
      return Optional.of(new Layer.Tensor(name.value(), (int) call.value(), (int) output.value()));
    }
    return Optional.empty();
  }
}
