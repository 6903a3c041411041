package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a group of parameters is stepped.
 *
 * @param numbers settings and counters, in the rule's order
 * @param state of each parameter, in the rule's order
 */
public record GroupStep(
    UpdateRule rule, Map<String, Double> numbers, Map<String, List<TensorValue>> state) {
  public GroupStep {
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
  }

  /** By another rule, whose numbers are these; one that is new to it has the value. */
  GroupStep with(UpdateRule other, double newcomer) {
    Map<String, Double> theirs = new LinkedHashMap<>();
    other.numbers().forEach(n -> theirs.put(n, numbers.getOrDefault(n, newcomer)));
    return new GroupStep(other, theirs, state);
  }

  /** The same with another number, of a rule that has it. */
  GroupStep with(String number, double value) {
    Map<String, Double> others = new LinkedHashMap<>(numbers);
    others.replace(number, value);
    return new GroupStep(rule, others, state);
  }

  /** The same with another slot of one parameter. */
  GroupStep with(String parameter, String slot, TensorValue value) {
    Map<String, List<TensorValue>> others = new LinkedHashMap<>(state);
    others.computeIfPresent(
        parameter,
        (name, values) -> {
          List<TensorValue> changed = new ArrayList<>(values);
          changed.set(place(slot), value);
          return List.copyOf(changed);
        });
    return new GroupStep(rule, numbers, others);
  }

  List<String> slots() {
    return rule.state().stream().map(UpdateRule.State::name).toList();
  }

  TensorValue slot(String parameter, String slot) {
    return state.get(parameter).get(place(slot));
  }

  private int place(String slot) {
    return slots().indexOf(slot);
  }
}
