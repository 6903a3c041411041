package io.github.tf2torch.model.source;

import java.util.List;
import java.util.Map;

/**
 * What a source keeps of one optimizer. Empty words where the file doesn't say.
 *
 * @param name as the file calls it: {@code optimizer}, {@code Adam}, {@code train_op}
 * @param kind the class or op that steps: {@code Adam}, {@code Momentum}, {@code RMSprop}; empty
 *     where only slots are known
 * @param hyperparameters as stored: numbers, booleans, texts, a schedule's configuration
 * @param slots in the order of the file
 * @param counters names of the variables that count its steps or keep powers of its betas
 */
public record Optimizer(
    String name,
    String kind,
    Map<String, Config> hyperparameters,
    List<Slot> slots,
    List<String> counters) {
  public Optimizer {
    hyperparameters = Config.ordered(hyperparameters);
    slots = List.copyOf(slots);
    counters = List.copyOf(counters);
  }

  /**
   * One tensor of an optimizer.
   *
   * @param slot its role in the optimizer's own words: {@code m}, {@code velocity}, {@code
   *     accumulator}
   * @param variable the name of the variable that it belongs to
   * @param stored the name of the variable that holds it
   */
  public record Slot(String slot, String variable, String stored) {}
}
