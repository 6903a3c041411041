package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The state of each parameter, from the slots of its variables. */
final class ParameterState {
  private final Optimizer optimizer;
  private final Map<String, Variable> variables;
  private final List<String> leftOut = new ArrayList<>();

  ParameterState(Optimizer optimizer, List<Variable> variables) {
    this.optimizer = optimizer;
    this.variables =
        variables.stream().collect(Collectors.toMap(Variable::name, v -> v, (a, b) -> a));
  }

  /** What could not be taken along, and why. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Whether it keeps a slot for a variable of this parameter. */
  boolean isStepped(TorchModel.Tensor parameter) {
    List<String> made = parameter.recipe().variables();
    return optimizer.slots().stream().anyMatch(s -> made.contains(s.variable()));
  }

  /** All of a parameter's tensors; empty where one is missing, and it starts afresh. */
  List<TorchOptimizer.State> of(TorchModel.Tensor parameter, Mapping mapping) {
    List<TorchOptimizer.State> state = new ArrayList<>();
    if (optimizer.slots().isEmpty()) {
      return state;
    }
    if (mapping.steps().isPresent()) {
      state.add(
          new TorchOptimizer.State(
              "step", new TensorExpr.Fill(DType.FLOAT32, Shape.of(), mapping.steps().get())));
    }
    Optional<Factoring.Axes> axes = axes(parameter, mapping);
    if (axes.isPresent()) {
      state.addAll(factored(parameter, axes.get()));
      state.addAll(others(parameter, mapping));
      return state;
    }
    for (Mapping.SlotUse use : mapping.slots()) {
      Optional<TensorExpr> recipe =
          SlotRecipe.of(parameter.recipe(), stored(use.names()), use.initial());
      if (recipe.isEmpty()) {
        leftOut.add(
            parameter.name()
                + " starts afresh: "
                + factored(parameter, mapping).orElseGet(() -> why(parameter, use)));
        return List.of();
      }
      state.add(new TorchOptimizer.State(use.key(), recipe.get()));
    }
    state.addAll(others(parameter, mapping));
    return state;
  }

  private List<TorchOptimizer.State> others(TorchModel.Tensor parameter, Mapping mapping) {
    List<TorchOptimizer.State> state = new ArrayList<>();
    for (String name : besides(mapping)) {
      SlotRecipe.of(parameter.recipe(), stored(List.of(name)), 0)
          .filter(r -> !r.variables().isEmpty())
          .ifPresent(r -> state.add(new TorchOptimizer.State(name, r)));
    }
    return state;
  }

  /** Of a parameter's group. */
  Map<String, Config> settings(TorchModel.Tensor parameter, Mapping mapping) {
    Map<String, Config> own = mapping.settings(parameter.recipe().variables());
    axes(parameter, mapping).ifPresent(a -> own.putAll(a.settings()));
    return own;
  }

  private Optional<Factoring.Axes> axes(TorchModel.Tensor parameter, Mapping mapping) {
    return mapping
        .factoring()
        .flatMap(f -> f.axes(parameter.recipe(), name -> stored(List.of(name))));
  }

  private static List<TorchOptimizer.State> factored(
      TorchModel.Tensor parameter, Factoring.Axes axes) {
    return List.of(
        new TorchOptimizer.State(Factoring.ROW, axes.row(parameter.recipe())),
        new TorchOptimizer.State(Factoring.COLUMN, axes.column(parameter.recipe())));
  }

  /** Slots that no step reads: averages of weights, gradients that were being gathered. */
  List<String> besides(Mapping mapping) {
    Set<String> used =
        mapping.slots().stream().flatMap(u -> u.names().stream()).collect(Collectors.toSet());
    mapping.factoring().ifPresent(f -> used.addAll(List.of(f.rows(), f.columns())));
    return optimizer.slots().stream()
        .map(Optimizer.Slot::slot)
        .filter(s -> !used.contains(s))
        .distinct()
        .toList();
  }

  /** Means along axes of a variable belong to no axes of what is cut, joined or reshaped of it. */
  private Optional<String> factored(TorchModel.Tensor parameter, Mapping mapping) {
    return mapping
        .factoring()
        .filter(
            f ->
                parameter.recipe().variables().stream()
                    .anyMatch(v -> stored(List.of(f.rows())).containsKey(v)))
        .map(
            f ->
                "the means \"%s\" and \"%s\" are along axes of its variable, which %s does not keep"
                    .formatted(f.rows(), f.columns(), parameter.recipe().describe()));
  }

  private String why(TorchModel.Tensor parameter, Mapping.SlotUse use) {
    Map<String, TensorExpr.Stored> found = stored(use.names());
    String slot = "\"" + use.names().get(0) + "\"";
    for (String name : parameter.recipe().variables()) {
      TensorExpr.Stored there = found.get(name);
      if (there == null) {
        boolean isBare = optimizer.slots().stream().noneMatch(s -> s.variable().equals(name));
        return isBare
            ? "the optimizer has no slots for \"" + name + "\", which may not have been trained"
            : "no slot " + slot + " for \"" + name + "\"";
      }
      Shape own = variables.get(name).shape();
      if (!there.shape().equals(own)) {
        return "slot %s of \"%s\" (\"%s\") has shape %s, its variable %s"
            .formatted(slot, name, there.variable(), there.shape(), own);
      }
    }
    return "its value is computed from " + parameter.recipe().describe();
  }

  /** By the variable that they belong to. */
  private Map<String, TensorExpr.Stored> stored(List<String> names) {
    Map<String, TensorExpr.Stored> stored = new HashMap<>();
    for (Optimizer.Slot slot : optimizer.slots()) {
      Variable held = variables.get(slot.stored());
      if (names.contains(slot.slot()) && held != null) {
        stored.put(slot.variable(), new TensorExpr.Stored(held.name(), held.dtype(), held.shape()));
      }
    }
    return stored;
  }
}
