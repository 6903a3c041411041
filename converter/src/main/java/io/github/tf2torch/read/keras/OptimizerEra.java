package io.github.tf2torch.read.keras;

import java.util.List;

/** How the writer of a file kept an optimizer's arrays. */
enum OptimizerEra {
  /** Keras up to 2.0.5: unnamed, over variables sorted by name ({@code engine/training.py}). */
  SORTED,
  /** Keras on its own up to 2.3: unnamed, over variables as the layers have them. */
  TOPOLOGICAL,
  /** TensorFlow's Keras, and {@code .h5} of Keras 3: under names that say what they are. */
  NAMED,
  /** Keras 3's layout: under numbers. */
  NUMBERED;

  /** Of a {@code .h5}, by its {@code keras_version}; before 1.0.2 it has none. */
  static OptimizerEra of(String kerasVersion) {
    if (kerasVersion.isEmpty() || kerasVersion.matches("1\\..*|2\\.0\\.[0-5]")) {
      return SORTED;
    }
    return kerasVersion.matches("2\\.[0-3]\\.\\d+") ? TOPOLOGICAL : NAMED;
  }

  boolean hasNames() {
    return this != NUMBERED;
  }

  boolean isBeforeTensorflow() {
    return this == SORTED || this == TOPOLOGICAL;
  }

  /** The orders in which trained variables may have come, the likelier first. */
  List<List<String>> orders(List<String> trained) {
    List<String> sorted = trained.stream().sorted().toList();
    return switch (this) {
      case SORTED -> List.of(sorted, trained);
      case TOPOLOGICAL -> List.of(trained, sorted);
      case NAMED, NUMBERED -> List.of(trained);
    };
  }
}
