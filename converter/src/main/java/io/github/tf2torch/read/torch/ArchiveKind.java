package io.github.tf2torch.read.torch;

import java.util.Set;

/** What a zip archive is that holds no {@code data.pkl}, told by the names in it. */
final class ArchiveKind {
  private ArchiveKind() {}

  static String of(Set<String> names) {
    if (names.stream().anyMatch(n -> n.endsWith("models/model.json"))) {
      return "is an archive of torch.export (.pt2); save the state_dict of its program with"
          + " torch.save";
    }
    if (names.contains("config.json") && names.contains("model.weights.h5")) {
      return "is a Keras model (.keras)";
    }
    if (names.stream().anyMatch(n -> n.endsWith("saved_model.pb"))) {
      return "is a zipped SavedModel; unpack it and give the folder";
    }
    if (names.stream().anyMatch(n -> n.endsWith(".index") || n.contains(".data-00000-of-"))) {
      return "is a zipped checkpoint; unpack it and give its prefix";
    }
    if (!names.isEmpty() && names.stream().allMatch(n -> n.endsWith(".npy"))) {
      return "is an archive of NumPy (.npz)";
    }
    if (names.stream().anyMatch(n -> n.endsWith(".safetensors") || n.endsWith("data.pkl"))) {
      return "is an archive of PyTorch's files; unpack it and give one of them";
    }
    return "is a zip archive without the data.pkl that torch.save writes";
  }
}
