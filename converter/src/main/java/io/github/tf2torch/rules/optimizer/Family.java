package io.github.tf2torch.rules.optimizer;

import java.util.Set;

/** Optimizers of one idea, across TensorFlow's versions. */
interface Family {
  /** What TensorFlow and Keras call them. */
  Set<String> kinds();

  Mapping map(Given given);
}
