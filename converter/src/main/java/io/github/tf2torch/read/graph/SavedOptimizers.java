package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.TrainingConfig;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.read.bundle.Checkpoint;
import io.github.tf2torch.read.bundle.VariableList;
import io.github.tf2torch.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.GraphDef;

/**
 * The optimizers that a SavedModel keeps: their slots and numbers in its checkpoint, their class in
 * what Keras says of the compiled model, or all of it in the ops of a TF1 graph.
 */
final class SavedOptimizers {
  /** The only key of Keras's configuration that is no hyperparameter. */
  private static final String NAME = "name";

  private SavedOptimizers() {}

  /**
   * @param named the variables under the names that the SavedModel gives them
   * @param prefix of its checkpoint
   */
  static List<Optimizer> ofCheckpoint(
      Path prefix, VariableList named, Optional<Config> trainingConfig) throws IOException {
    List<Optimizer> found = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(prefix, ReadOptions.defaults())) {
      TfModel stored = checkpoint.model();
      Map<String, String> names = new HashMap<>();
      for (Variable variable : stored.variables()) {
        named.byKey(variable.key()).ifPresent(v -> names.put(variable.name(), v.name()));
      }
      stored.optimizers().forEach(o -> found.add(renamed(o, names)));
    }
    Optional<TrainingConfig> compiled = trainingConfig.flatMap(TrainingConfig::read);
    if (compiled.isEmpty() || found.size() > 1) {
      return found;
    }
    Optimizer state =
        found.isEmpty()
            ? new Optimizer("optimizer", "", Map.of(), List.of(), List.of())
            : found.get(0);
    return List.of(compiled(state, compiled.get()));
  }

  private static Optimizer renamed(Optimizer optimizer, Map<String, String> names) {
    List<Optimizer.Slot> slots =
        optimizer.slots().stream()
            .filter(s -> names.containsKey(s.variable()) && names.containsKey(s.stored()))
            .map(s -> new Optimizer.Slot(s.slot(), names.get(s.variable()), names.get(s.stored())))
            .toList();
    return new Optimizer(
        optimizer.name(),
        optimizer.kind(),
        optimizer.hyperparameters(),
        slots,
        optimizer.counters().stream().filter(names::containsKey).map(names::get).toList());
  }

  /** With its class and all that its configuration says; what the checkpoint holds is newer. */
  private static Optimizer compiled(Optimizer state, TrainingConfig compiled) {
    Map<String, Config> hyperparameters = new LinkedHashMap<>(compiled.hyperparameters());
    hyperparameters.remove(NAME);
    state.hyperparameters().forEach((k, v) -> hyperparameters.merge(k, v, SavedOptimizers::told));
    return new Optimizer(
        state.name(), compiled.kind(), hyperparameters, state.slots(), state.counters());
  }

  /** A checkpoint has the numbers of a loss scale, and none of what it is told. */
  private static Config told(Config compiled, Config stored) {
    return stored instanceof Config.Fields ? compiled : stored;
  }

  /** By the ops that step; none where the graph does not train. */
  static List<Optimizer> ofGraph(
      GraphDef graph, Map<String, String> keys, VariableList variables, TensorSource tensors)
      throws IOException {
    return AppliedOptimizers.of(
            new TrainingGraph(graph), Handles.holders(graph, keys, variables), tensors)
        .stream()
        .filter(o -> o.slots().stream().noneMatch(s -> s.variable().isEmpty()))
        .toList();
  }
}
