package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.MeansRecipe;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowTrainer;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.step.Step;
import io.github.tf2torch.verify.subject.Retyped;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What TensorFlow's variables and slots make of a program's parameters and of what PyTorch keeps
 * beside them, by their names.
 *
 * @param own where the source's optimizer steps
 */
record TrainedValues(Subject subject, Leaves leaves, Optional<OwnOptimizer> own) {
  private static final Step.Kept NO_SLOT = new Step.Kept("", List.of(), List.of(), 0);

  /** Every parameter whose variables were all trained, made from them by its recipe, and slots. */
  void put(Map<String, TensorValue> all, TensorFlowTrainer trainer) throws IOException {
    List<String> trained = trainer.trained();
    List<TorchModel.Tensor> whole = new ArrayList<>();
    try (RunResult values = trainer.values()) {
      for (TorchModel.Tensor tensor : subject.torch().tensors()) {
        List<String> made = leaves.of(tensor.name());
        if (tensor.kind() == TorchModel.Kind.PARAMETER
            && !made.isEmpty()
            && trained.containsAll(made)) {
          whole.add(tensor);
          all.put(tensor.name(), evaluated(tensor.recipe(), trained, values));
        }
      }
    }
    for (TorchModel.Tensor tensor : whole) {
      List<String> made = leaves.of(tensor.name());
      for (String slot : slots(tensor)) {
        Step.Kept kept =
            own.isPresent()
                ? own.get().slot(made.get(0), slot).orElse(NO_SLOT)
                : new Step.Kept(slot, List.of(slot), List.of(slot), 0);
        Optional<TensorExpr> recipe = MeansRecipe.of(tensor.recipe(), kept.without());
        if (!kept.equals(NO_SLOT) && recipe.isPresent()) {
          try (RunResult values = trainer.slots(kept.name(), made)) {
            all.put(Trained.slot(slot, tensor.name()), evaluated(recipe.get(), made, values));
          }
        }
      }
    }
  }

  /** The names of PyTorch's side. */
  private List<String> slots(TorchModel.Tensor tensor) {
    if (own.isEmpty()) {
      return List.of("momentum");
    }
    if (own.get().isNear()) {
      return List.of(); // which are not laid out as TensorFlow's are
    }
    TorchOptimizer optimizer = own.get().optimizer();
    return Stream.concat(
            optimizer.groups().stream()
                .filter(g -> g.parameters().contains(tensor.name()))
                .flatMap(g -> optimizer.rule().in(g.settings()).state().stream())
                .map(UpdateRule.State::name),
            own.get().frame().slots().keySet().stream())
        .toList();
  }

  private static TensorValue evaluated(TensorExpr recipe, List<String> names, RunResult values)
      throws IOException {
    TensorSource source =
        (name, offset, target) -> {
          TensorView view = values.values().get(names.indexOf(name));
          target.put(view.bytes().slice(Math.toIntExact(offset), target.remaining()));
        };
    String first = recipe.variables().isEmpty() ? names.get(0) : recipe.variables().get(0);
    DType dtype = values.values().get(names.indexOf(first)).dtype();
    return Evaluation.value(Retyped.of(recipe, dtype), source);
  }
}
