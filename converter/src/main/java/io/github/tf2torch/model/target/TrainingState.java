package io.github.tf2torch.model.target;

import java.util.List;
import java.util.Set;

/** What goes into {@code optimizer.pt}: an optimizer of PyTorch's, or slots that belong to none. */
public sealed interface TrainingState permits TorchOptimizer, CarriedSlots {
  /** What TensorFlow calls it. */
  String kind();

  /** The stored variables that it holds. */
  Set<String> sources();

  /** What was chosen where the source says nothing, and what could not be taken along. */
  List<String> assumed();
}
