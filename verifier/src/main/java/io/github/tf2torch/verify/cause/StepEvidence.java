package io.github.tf2torch.verify.cause;

import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is known of steps that part.
 *
 * @param groups as they step
 * @param parted the parameters that part first
 * @param slots what TensorFlow's variables say of each parameter's slots
 * @param numbers what the source says of each group's settings and counters
 */
public record StepEvidence(
    List<GroupStep> groups,
    Set<String> parted,
    Map<String, Map<String, TensorValue>> slots,
    List<Map<String, Double>> numbers) {
  public StepEvidence {
    groups = List.copyOf(groups);
    parted = Set.copyOf(parted);
    slots = Collections.unmodifiableMap(new LinkedHashMap<>(slots));
    numbers = List.copyOf(numbers);
  }

  /** The places of the groups that something parts in. */
  Stream<Integer> places() {
    return Stream.iterate(0, i -> i < groups.size(), i -> i + 1)
        .filter(i -> groups.get(i).state().keySet().stream().anyMatch(parted::contains));
  }

  /** The steps with every such group made another. */
  List<GroupStep> each(Function<GroupStep, GroupStep> remedy) {
    List<GroupStep> others = new ArrayList<>(groups);
    places().forEach(i -> others.set(i, remedy.apply(groups.get(i))));
    return others;
  }

  /** One of the groups, to speak of. */
  GroupStep first() {
    return groups.get(places().findFirst().orElseThrow());
  }
}
