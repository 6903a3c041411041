package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which layers hand a mask on as it is; others make their own or drop it. */
final class Masks {
  private static final Set<String> PASSING =
      Set.of(
          "Activation",
          "ActivityRegularization",
          "AlphaDropout",
          "BatchNormalization",
          "Dense",
          "Dropout",
          "ELU",
          "GaussianDropout",
          "GaussianNoise",
          "GroupNormalization",
          "Identity",
          "LayerNormalization",
          "LeakyReLU",
          "Normalization",
          "PReLU",
          "ReLU",
          "Rescaling",
          "Softmax",
          "SpatialDropout1D",
          "ThresholdedReLU",
          "TimeDistributed",
          "UnitNormalization");
  private static final Set<String> MERGING =
      Set.of("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum");

  private Masks() {}

  static void propagate(LayerCall call, List<SymbolicTensor> outputs) {
    Optional<SymbolicTensor> mask =
        call.inputs().isEmpty()
            ? Optional.empty()
            : PASSING.contains(call.layer().className())
                ? call.mask(0)
                : MERGING.contains(call.layer().className()) ? merged(call) : Optional.empty();
    mask.filter(m -> call.building().mask(outputs.get(0)).isEmpty())
        .ifPresent(m -> call.building().mask(outputs.get(0), m));
  }

  /** Keras 3's {@code base_merge.py}: any of the masks, where all inputs have one. */
  private static Optional<SymbolicTensor> merged(LayerCall call) {
    Optional<SymbolicTensor> all = call.mask(0);
    for (int i = 1; i < call.inputs().size() && all.isPresent(); i++) {
      Optional<SymbolicTensor> next = call.mask(i);
      SymbolicTensor before = all.get();
      all = next.map(m -> call.ops().one("LogicalOr", before, m));
    }
    return all;
  }
}
