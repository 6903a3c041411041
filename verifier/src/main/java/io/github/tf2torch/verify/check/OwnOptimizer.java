package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.rules.optimizer.Guess;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.step.SourceSteps;
import io.github.tf2torch.verify.step.Step;
import io.github.tf2torch.verify.step.Words;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The optimizer of a source that says how it steps but not by which loss: on TensorFlow's side from
 * the source's slots and counters, on PyTorch's from {@code optimizer.pt}.
 *
 * @param kind TensorFlow's word for it
 * @param steps by the variable
 * @param slots of the source, by the variable, then by the step's name
 */
record OwnOptimizer(
    String kind,
    TorchOptimizer optimizer,
    Map<String, Step> steps,
    Map<String, Map<String, TensorValue>> slots) {

  /** The optimizer, or why that of the source is not stepped; neither where it has none. */
  record Found(Optional<OwnOptimizer> own, Optional<String> impediment) {
    static Found hindered(String why) {
      return new Found(Optional.empty(), Optional.of(why));
    }
  }

  static Found of(Subject subject, Leaves leaves) throws IOException {
    ConvertedOptimizer converted = ConvertedOptimizer.of(subject);
    return converted.optimizer().isEmpty()
        ? new Found(Optional.empty(), converted.impediment())
        : new Search(subject, converted.optimizer().get()).all(leaves);
  }

  private static final class Search {
    final Subject subject;
    final TorchOptimizer converted;
    final List<Optimizer> sources;
    final Map<String, Variable> variables = new HashMap<>();
    final Map<String, Double> scalars = new HashMap<>();
    final Map<String, Step> steps = new LinkedHashMap<>();
    final Map<String, Map<String, TensorValue>> slots = new LinkedHashMap<>();

    Search(Subject subject, TorchOptimizer converted) throws IOException {
      this.subject = subject;
      this.converted = converted;
      this.sources =
          subject.tensorflow().optimizers().stream()
              .filter(o -> !o.slots().isEmpty() || !o.hyperparameters().isEmpty())
              .map(o -> Guess.named(o).orElse(o))
              .toList();
      for (Variable variable : subject.tensorflow().variables()) {
        variables.put(variable.name(), variable);
        if (variable.shape().rank() == 0 && isNumber(variable)) {
          scalars.put(variable.name(), value(variable).doubles()[0]);
        }
      }
    }

    private static boolean isNumber(Variable variable) {
      return variable.dtype().isFloating()
          || variable.name().matches("(.*/)?_?iter(ation)?s?(_\\d+)?")
          || variable.name().equals("global_step");
    }

    private TensorValue value(Variable v) throws IOException {
      return Evaluation.value(
          new TensorExpr.Stored(v.name(), v.dtype(), v.shape()), subject.tensorflow().tensors());
    }

    Found all(Leaves leaves) throws IOException {
      for (Map.Entry<String, Leaves.Leaf> leaf : leaves.byName().entrySet()) {
        Optional<TorchOptimizer.Group> group = group(leaf.getValue().tensors());
        if (group.isPresent()) {
          Optional<String> why = add(leaf.getKey(), leaf.getValue(), group.get().settings());
          if (why.isPresent()) {
            return Found.hindered(why.get());
          }
        }
      }
      String kind = String.join(", ", sources.stream().map(Optimizer::kind).distinct().toList());
      return new Found(
          Optional.of(new OwnOptimizer(kind, converted, steps, slots)), Optional.empty());
    }

    private Optional<TorchOptimizer.Group> group(List<String> tensors) {
      return converted.groups().stream()
          .filter(g -> tensors.stream().anyMatch(g.parameters()::contains))
          .findFirst();
    }

    private Optional<String> add(String variable, Leaves.Leaf leaf, Map<String, Config> settings)
        throws IOException {
      Optional<Optimizer> source =
          sources.size() == 1
              ? Optional.of(sources.get(0))
              : sources.stream()
                  .filter(o -> o.slots().stream().anyMatch(s -> s.variable().equals(variable)))
                  .findFirst();
      if (source.isEmpty()) {
        return Optional.of("which of " + sources.size() + " optimizers steps " + variable);
      }
      Optional<Step> step = SourceSteps.of(new Words(source.get(), settings, scalars));
      if (step.isEmpty()) {
        return Optional.of(
            source.get().kind() + " with these options is not stepped by TensorFlow here");
      }
      Map<String, TensorValue> found = new LinkedHashMap<>();
      for (Step.Kept kept : step.get().kept()) {
        for (Optimizer.Slot slot : source.get().slots()) {
          Variable stored = variables.get(slot.stored());
          if (slot.variable().equals(variable)
              && kept.stored().contains(slot.slot())
              && stored != null
              && stored.shape().equals(leaf.shape())) {
            found.put(kept.name(), value(stored));
          }
        }
      }
      boolean isNew = source.get().slots().isEmpty();
      if (!isNew && found.size() < step.get().kept().size()) {
        return Optional.of("the source lacks slots of " + variable);
      }
      if (!isNew && !step.get().kept().isEmpty() && !leaf.tensors().stream().allMatch(this::has)) {
        return Optional.of("slots of " + variable + " are not carried");
      }
      steps.put(variable, step.get());
      slots.put(variable, found);
      return Optional.empty();
    }

    private boolean has(String tensor) {
      return !converted.state().getOrDefault(tensor, List.of()).isEmpty();
    }
  }

  /** A slot of the step by what PyTorch's side calls it. */
  Optional<String> slot(String variable, String converted) {
    return steps.containsKey(variable)
        ? steps.get(variable).kept().stream()
            .filter(k -> k.converted().contains(converted))
            .map(Step.Kept::name)
            .findFirst()
        : Optional.empty();
  }
}
