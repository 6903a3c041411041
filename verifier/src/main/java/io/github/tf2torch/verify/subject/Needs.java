package io.github.tf2torch.verify.subject;

import java.util.Optional;

/** Why checks are not asked of a kind of source. */
public final class Needs {
  private Needs() {}

  /** TensorFlow must be able to run it. */
  public static Optional<String> graph(SourceKind kind) {
    return switch (kind) {
      case SAVED_MODEL, META_GRAPH, FROZEN_GRAPH, KERAS_FILE -> Optional.empty();
      case CHECKPOINT -> Optional.of("holds weights and not what is computed with them");
    };
  }
}
