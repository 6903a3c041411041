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
 * An optimizer of PyTorch's and all that it holds.
 *
 * @param kind what TensorFlow calls it
 * @param module {@code torch.optim}, or {@code model} where {@code rule} is printed into model.py
 * @param arguments the constructor's, behind the parameters
 * @param groups every parameter that is trained, in the program's order, in one of them
 * @param isGrouped whether they are other than all parameters in one group
 * @param state by the parameter's name; one that has none starts afresh
 * @param rule one step of it; of TensorFlow's, where something is lossy
 * @param loop what TensorFlow does around the step
 * @param exactness how near its steps come to TensorFlow's, for people
 * @param stepError by how much of itself the next step of an element may be another at most
 * @param assumed what was chosen where the source says nothing, and what could not be taken along
 * @param lossy where its steps differ from TensorFlow's, and by how much
 */
public record TorchOptimizer(
    String kind,
    String module,
    String className,
    Map<String, Config> arguments,
    List<Group> groups,
    boolean isGrouped,
    Map<String, List<State>> state,
    UpdateRule rule,
    TrainingLoop loop,
    String exactness,
    double stepError,
    List<String> assumed,
    List<String> lossy)
    implements TrainingState {
  public TorchOptimizer {
    arguments = Config.ordered(arguments);
    groups = List.copyOf(groups);
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
    assumed = List.copyOf(assumed);
    lossy = List.copyOf(lossy);
  }

  /** Whether PyTorch has it, and {@code model.py} need not. */
  public boolean isStock() {
    return module.equals("torch.optim");
  }

  /**
   * Parameters that are stepped alike.
   *
   * @param settings all that PyTorch keeps of a group but the parameters
   * @param parameters their names
   */
  public record Group(Map<String, Config> settings, List<String> parameters) {
    public Group {
      settings = Config.ordered(settings);
      parameters = List.copyOf(parameters);
    }
  }

  /** A tensor of one parameter's state, under PyTorch's key for it. */
  public record State(String key, TensorExpr recipe) {}

  @Override
  public Set<String> sources() {
    Set<String> all = new LinkedHashSet<>();
    state.values().forEach(s -> s.forEach(t -> all.addAll(t.recipe().variables())));
    return all;
  }
}
