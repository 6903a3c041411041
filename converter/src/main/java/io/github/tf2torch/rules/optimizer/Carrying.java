package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.CarriedSlots;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes every slot along where no optimizer of PyTorch's is made of them. */
final class Carrying {
  private final List<Optimizer> optimizers;
  private final Map<String, TensorExpr.Stored> stored;
  private final Set<String> placed = new LinkedHashSet<>();

  private Carrying(List<Optimizer> optimizers, List<Variable> variables) {
    this.optimizers = optimizers;
    this.stored =
        variables.stream()
            .filter(v -> v.dtype().bytes() > 0)
            .collect(
                Collectors.toMap(
                    Variable::name,
                    v -> new TensorExpr.Stored(v.name(), v.dtype(), v.shape()),
                    (a, b) -> a));
  }

  /** All that the optimizers hold, the slots of each parameter as the parameter is. */
  static CarriedSlots of(
      List<Optimizer> optimizers,
      List<Variable> variables,
      List<TorchModel.Tensor> parameters,
      String reason) {
    return new Carrying(optimizers, variables).all(parameters, reason);
  }

  private CarriedSlots all(List<TorchModel.Tensor> parameters, String reason) {
    Map<String, List<TorchOptimizer.State>> slots = new LinkedHashMap<>();
    for (TorchModel.Tensor parameter : parameters) {
      List<TorchOptimizer.State> own = new ArrayList<>();
      optimizers.forEach(o -> own.addAll(slots(o, parameter)));
      if (!own.isEmpty()) {
        slots.put(parameter.name(), own);
      }
    }
    Map<String, TensorExpr> others = new LinkedHashMap<>();
    Map<String, Config> settings = new LinkedHashMap<>();
    List<String> assumed = new ArrayList<>();
    for (Optimizer optimizer : optimizers) {
      settings.put(optimizer.name(), new Config.Fields(optimizer.hyperparameters()));
      for (Optimizer.Slot slot : optimizer.slots()) {
        if (!placed.contains(slot.stored()) && stored.containsKey(slot.stored())) {
          others.put(slot.stored(), stored.get(slot.stored()));
          assumed.add(
              "slot \"%s\" of \"%s\" (\"%s\") is not laid out as a parameter is: it stays as stored"
                  .formatted(slot.slot(), slot.variable(), slot.stored()));
        }
      }
      optimizer.counters().stream()
          .filter(stored::containsKey)
          .forEach(c -> others.put(c, stored.get(c)));
    }
    String kinds =
        optimizers.stream()
            .map(o -> o.kind().isEmpty() ? o.name() : o.kind())
            .distinct()
            .collect(Collectors.joining(", "));
    return new CarriedSlots(kinds, reason, settings, slots, others, assumed);
  }

  private List<TorchOptimizer.State> slots(Optimizer optimizer, TorchModel.Tensor parameter) {
    List<TorchOptimizer.State> own = new ArrayList<>();
    List<String> names = optimizer.slots().stream().map(Optimizer.Slot::slot).distinct().toList();
    for (String name : names) {
      Map<String, TensorExpr.Stored> of = new LinkedHashMap<>();
      for (Optimizer.Slot slot : optimizer.slots()) {
        TensorExpr.Stored there = stored.get(slot.stored());
        if (slot.slot().equals(name) && there != null) {
          of.put(slot.variable(), there);
        }
      }
      Optional<TensorExpr> recipe = SlotRecipe.of(parameter.recipe(), of, 0);
      if (recipe.isPresent() && !recipe.get().variables().isEmpty()) {
        String key = optimizers.size() > 1 ? optimizer.name() + "/" + name : name;
        own.add(new TorchOptimizer.State(key, recipe.get()));
        placed.addAll(recipe.get().variables());
      }
    }
    return own;
  }
}
