package io.github.tf2torch.model.target;

import io.github.tf2torch.model.source.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * @param variant what some groups have for {@code state} and {@code each}
 */
public record UpdateRule(
    String className,
    String summary,
    Map<String, Config> settings,
    Map<String, Config> counters,
    List<State> state,
    List<Statement.Assign> before,
    List<Statement.Assign> each,
    List<Statement.Assign> after,
    Optional<Variant> variant) {
  public UpdateRule {
    settings = Config.ordered(settings);
    counters = Config.ordered(counters);
    state = List.copyOf(state);
    before = List.copyOf(before);
    each = List.copyOf(each);
    after = List.copyOf(after);
  }

  /** The numbers that it reads and counts, settings first. */
  public List<String> numbers() {
    List<String> names = new ArrayList<>(settings.keySet());
    names.addAll(counters.keySet());
    return List.copyOf(names);
  }

  /** The rule without a choice, as a group with these settings steps. */
  public UpdateRule in(Map<String, Config> group) {
    boolean isVaried =
        variant.isPresent()
            && !(group.getOrDefault(variant.get().setting(), new Config.Absent())
                instanceof Config.Absent);
    return new UpdateRule(
        className,
        summary,
        settings,
        counters,
        isVaried ? variant.get().state() : state,
        before,
        isVaried ? variant.get().each() : each,
        after,
        Optional.empty());
  }

  /**
   * A tensor beside each parameter, every element {@code initial} before the first step.
   *
   * @param reduced a setting that says along which axis it has an extent of 1; empty where it is of
   *     the parameter's shape
   */
  public record State(String name, double initial, String reduced) {
    public State(String name, double initial) {
      this(name, initial, "");
    }
  }

  /** Another way to step, of groups whose {@code setting} is not None. */
  public record Variant(String setting, List<State> state, List<Statement.Assign> each) {
    public Variant {
      state = List.copyOf(state);
      each = List.copyOf(each);
    }
  }
}
