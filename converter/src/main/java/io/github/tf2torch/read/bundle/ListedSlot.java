package io.github.tf2torch.read.bundle;

import java.util.Optional;
import java.util.Set;

/**
 * A slot by the name that Keras gives it since TensorFlow 2.11, {@code Adam/m/dense/kernel}: the
 * optimizer's scope, where it was built in one, the slot, and the name of the variable
 * (keras/optimizers/optimizer.py, add_variable_from_reference).
 *
 * @param scope empty where the name has none, as inside of a LossScaleOptimizer
 * @param slot in the optimizer's own words: {@code m}
 * @param stored the name itself
 */
record ListedSlot(String scope, String slot, String variable, String stored) {
  /**
   * @param weights the names of what may have slots
   */
  static Optional<ListedSlot> of(String stored, Set<String> weights) {
    for (int at = stored.indexOf('/'); at >= 0; at = stored.indexOf('/', at + 1)) {
      String variable = stored.substring(at + 1);
      if (weights.contains(variable)) { // the longest first
        String before = stored.substring(0, at);
        int last = before.lastIndexOf('/');
        String scope = last < 0 ? "" : before.substring(0, last);
        return Optional.of(new ListedSlot(scope, before.substring(last + 1), variable, stored));
      }
    }
    return Optional.empty();
  }
}
