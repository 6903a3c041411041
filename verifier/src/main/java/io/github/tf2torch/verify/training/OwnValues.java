package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.GraphTrainer;
import io.github.tf2torch.verify.subject.Retyped;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the variables of a graph that trains itself make of a program's parameters and statistics,
 * and of its optimizer's state, by their names.
 */
record OwnValues(Subject subject, TorchOptimizer optimizer) {
  /** Those whose variables the graph has. */
  void put(Map<String, TensorValue> all, GraphTrainer trainer) throws IOException {
    Map<String, TorchModel.Tensor> statistics = LossObjective.statistics(subject.torch());
    Map<String, TensorValue> values = new LinkedHashMap<>();
    TensorSource source =
        (name, offset, target) -> {
          TensorValue value = values.computeIfAbsent(name, trainer::value);
          target.put(value.bytes().slice(Math.toIntExact(offset), target.remaining()));
        };
    for (TorchModel.Tensor tensor : subject.torch().tensors()) {
      boolean isStatistic = statistics.containsKey(tensor.name());
      if (tensor.kind() == TorchModel.Kind.PARAMETER || isStatistic) {
        put(all, tensor.name(), tensor.recipe(), trainer, source);
      }
    }
    for (TorchOptimizer.Group group : optimizer.groups()) {
      UpdateRule rule = optimizer.rule().in(group.settings());
      for (String parameter : group.parameters()) {
        for (TorchOptimizer.State state : optimizer.state().getOrDefault(parameter, List.of())) {
          if (rule.state().stream().anyMatch(s -> s.name().equals(state.key()))) {
            put(all, Trained.slot(state.key(), parameter), state.recipe(), trainer, source);
          }
        }
      }
    }
  }

  private static void put(
      Map<String, TensorValue> all,
      String name,
      TensorExpr recipe,
      GraphTrainer trainer,
      TensorSource source)
      throws IOException {
    if (!recipe.variables().isEmpty() && recipe.variables().stream().allMatch(trainer::has)) {
      // what a file holds in float64 trains in float64, whatever the run
      DType dtype = trainer.value(recipe.variables().get(0)).dtype();
      all.put(name, Evaluation.value(Retyped.of(recipe, dtype), source));
    }
  }
}
