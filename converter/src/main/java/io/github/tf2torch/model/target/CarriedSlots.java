package io.github.tf2torch.model.target;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The state of optimizers that no rule is for, laid out as their parameters are and under the names
 * of TensorFlow's, for a person to go on from.
 *
 * @param reason why it is no optimizer of PyTorch's
 * @param settings of each optimizer, by its name
 * @param slots by the parameter's name
 * @param others by the name of the variable, as it is stored: counters, and what fits no parameter
 */
public record CarriedSlots(
    String kind,
    String reason,
    Map<String, Config> settings,
    Map<String, List<TorchOptimizer.State>> slots,
    Map<String, TensorExpr> others,
    List<String> assumed)
    implements TrainingState {
  public CarriedSlots {
    settings = Config.ordered(settings);
    slots = Collections.unmodifiableMap(new LinkedHashMap<>(slots));
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    assumed = List.copyOf(assumed);
  }

  @Override
  public Set<String> sources() {
    Set<String> all = new LinkedHashSet<>();
    slots.values().forEach(s -> s.forEach(t -> all.addAll(t.recipe().variables())));
    others.values().forEach(o -> all.addAll(o.variables()));
    return all;
  }
}
