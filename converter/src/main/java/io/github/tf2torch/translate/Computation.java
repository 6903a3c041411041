package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnsupportedOperation;

/** Whether a source says what it computes, and what else can be done where it doesn't. */
final class Computation {
  private Computation() {}

  static void require(TfModel model) {
    String path = model.provenance().path();
    if (model.keras().isPresent() && model.graph().nodes().isEmpty()) {
      throw new UnsupportedOperation(
          path
              + ": layers of Keras files have no rules yet; export the model"
              + " (model.export(\"saved_model\")) and convert that, or take its weights alone with"
              + " --raw");
    }
    if (!model.hasComputation() && model.signatures().isEmpty()) {
      throw new UnsupportedOperation(
          path
              + ": holds weights and not what is computed with them; convert its SavedModel or"
              + " .meta, or take the weights alone with --raw"
              + (model.problems().isEmpty()
                  ? ""
                  : " (" + String.join("; ", model.problems()) + ")"));
    }
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
