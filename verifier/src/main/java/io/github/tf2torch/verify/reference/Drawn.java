package io.github.tf2torch.verify.reference;

import java.util.List;

/**
 * Draws that belong together: those of a cell's gates, or of the steps of {@code TimeDistributed}.
 *
 * @param parts of all gates of the first step, then of the next
 * @param steps of {@code TimeDistributed}; 1 where there are none
 * @param within the uses of layers in which they are drawn, the innermost last
 */
public record Drawn(Form form, List<Draw> parts, int steps, List<Reference.Place> within) {
  /** How parts make a whole. */
  public enum Form {
    /** There is one part. */
    ALONE,
    /** One for each gate, in Keras's order. */
    GATES,
    /** One for each step, each of a batch. */
    STEPS,
    /** Of the gates in each step. */
    GATES_OF_STEPS
  }

  public Drawn {
    parts = List.copyOf(parts);
    within = List.copyOf(within);
  }
}
