package io.github.tf2torch.model.target;

import io.github.tf2torch.model.source.Config;
import java.util.List;
import java.util.Map;

/**
 * One step of an optimizer, for a printer to make a class of. Statements read and assign locals:
 * {@code p} and {@code g} are a parameter and its gradient, the state's tensors go by their names,
 * settings and counters are numbers of the group.
 *
 * @param summary what is particular about it, for the class's documentation
 * @param settings the constructor's arguments and what they are by default; the learning rate is
 *     {@code lr}, as PyTorch's schedulers expect
 * @param counters numbers of the group that steps change, as they are before the first
 * @param state a parameter's tensors, each of its shape
 * @param before of numbers alone, once a step and group
 * @param each once a step and parameter
 * @param after like {@code before}, when all parameters are done
 */
public record UpdateRule(
    String className,
    String summary,
    Map<String, Config> settings,
    Map<String, Config> counters,
    List<State> state,
    List<Statement.Assign> before,
    List<Statement.Assign> each,
    List<Statement.Assign> after) {
  public UpdateRule {
    settings = Config.ordered(settings);
    counters = Config.ordered(counters);
    state = List.copyOf(state);
    before = List.copyOf(before);
    each = List.copyOf(each);
    after = List.copyOf(after);
  }

  /** A tensor beside each parameter, every element {@code initial} before the first step. */
  public record State(String name, double initial) {}
}
