package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * GRUs as Keras 1 and 2 have them by default, with {@code reset_after=False}: one bias for all
 * three gates, and the reset gate before the recurrent product. {@code nn.GRU} has it behind
 * (keras/src/layers/rnn/gru.py, torch/nn/modules/rnn.py), so that no weights make one the other.
 */
final class FormerGru {
  private static final String BIAS = "bias";
  private static final String RECURRENT = "recurrent_kernel";
  private static final int GATES = 3;

  private FormerGru() {}

  /** What to do about those whose bias has found no place. */
  static List<String> told(Ledger ledger) {
    List<String> told = new ArrayList<>();
    for (Variable bias : ledger.openVariables()) {
      if (bias.name().endsWith(BIAS) && bias.shape().rank() == 1) {
        String scope = bias.name().substring(0, bias.name().length() - BIAS.length());
        Optional<Variable> kernel = ledger.variable(scope + RECURRENT);
        boolean isGru =
            kernel.isPresent()
                && kernel.get().shape().rank() == 2
                && kernel.get().shape().dim(1) == GATES * kernel.get().shape().dim(0)
                && bias.shape().dim(0) == kernel.get().shape().dim(1);
        if (isGru) {
          told.add(
              scope
                  + ": a GRU with reset_after=False, where nn.GRU is one with reset_after=True: no"
                  + " weights make it the same; write its cell out, as the model.py of a conversion"
                  + " has it");
        }
      }
    }
    return told;
  }
}
