package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.BadRequest;

/** Whether a source says what it computes. */
final class Computation {
  private Computation() {}

  /** False where there are weights alone, or layers that no rule knows how to compute. */
  static boolean isIn(TfModel model) {
    return !model.graph().nodes().isEmpty() || !model.signatures().isEmpty();
  }

  /** Whether it says so by Keras's layers. A weights file has none. */
  static boolean isOfLayers(TfModel model) {
    return model.graph().nodes().isEmpty() && model.keras().isPresent();
  }

  static void require(TfModel model) {
    String path = model.provenance().path();
    if (model.signature().outputs().isEmpty()) {
      throw new BadRequest(
          "signature \""
              + model.signature().name()
              + "\" of "
              + path
              + " has no outputs, so that there is nothing to run");
    }
  }
}
