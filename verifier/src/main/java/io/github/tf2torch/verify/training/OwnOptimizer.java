package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.rules.optimizer.Guess;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.StepFrame;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.step.SourceRates;
import io.github.tf2torch.verify.step.SourceSteps;
import io.github.tf2torch.verify.step.Step;
import io.github.tf2torch.verify.step.Words;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The optimizer of a source that says how it steps but not by which loss: on TensorFlow's side from
 * the source's slots and counters, on PyTorch's from {@code optimizer.pt}.
 *
 * @param kind TensorFlow's word for it
 * @param steps by the variable
 * @param slots of the source, by the variable, then by the step's name
 * @param frame of the steps
 * @param rates of the steps, where they follow a schedule
 */
public record OwnOptimizer(
    String kind,
    TorchOptimizer optimizer,
    Map<String, Step> steps,
    Map<String, Map<String, TensorValue>> slots,
    StepFrame frame,
    Optional<SourceRates> rates) {

  /** The optimizer, or why that of the source is not stepped; neither where it has none. */
  public record Found(Optional<OwnOptimizer> own, Optional<String> impediment) {
    static Found hindered(String why) {
      return new Found(Optional.empty(), Optional.of(why));
    }
  }

  public static Found of(Subject subject, Leaves leaves) throws IOException {
    return of(subject, leaves, o -> o);
  }

  /** The same with an epsilon of 0 on TensorFlow's side. */
  static Found withoutEpsilon(Subject subject, Leaves leaves) throws IOException {
    return of(subject, leaves, OwnOptimizer::withoutEpsilon);
  }

  private static Optimizer withoutEpsilon(Optimizer o) {
    Map<String, Config> numbers = new LinkedHashMap<>(o.hyperparameters());
    numbers.put("epsilon", new Config.Real(0));
    return new Optimizer(o.name(), o.kind(), numbers, o.slots(), o.counters());
  }

  private static Found of(Subject subject, Leaves leaves, UnaryOperator<Optimizer> source)
      throws IOException {
    ConvertedOptimizer converted = ConvertedOptimizer.of(subject);
    if (converted.exact().isEmpty()) {
      return new Found(Optional.empty(), converted.impediment());
    }
    Found found = new Search(subject, converted.exact().get(), source).all(leaves);
    return converted.stock().isPresent()
        ? new Found(found.own().map(o -> o.by(converted.stock().get())), found.impediment())
        : found;
  }

  /** The same where PyTorch steps by another. */
  private OwnOptimizer by(TorchOptimizer other) {
    return new OwnOptimizer(kind, other, steps, slots, frame, rates);
  }

  /** Whether PyTorch's side is the nearest of torch.optim, which takes other steps. */
  public boolean isNear() {
    return optimizer.isStock() && !optimizer.lossy().isEmpty() || optimizer.stepError() > 0;
  }

  private static final class Search {
    final Subject subject;
    final TorchOptimizer converted;
    final List<Optimizer> sources;
    final Map<String, Variable> variables = new HashMap<>();
    final Map<String, Double> scalars = new HashMap<>();
    final Map<String, Step> steps = new LinkedHashMap<>();
    final Map<String, Map<String, TensorValue>> slots = new LinkedHashMap<>();
    StepFrame frame = StepFrame.NONE;
    Optional<SourceRates> rates = Optional.empty();

    Search(Subject subject, TorchOptimizer converted, UnaryOperator<Optimizer> source)
        throws IOException {
      this.subject = subject;
      this.converted = converted;
      this.sources =
          subject.tensorflow().optimizers().stream()
              .filter(o -> !o.slots().isEmpty() || !o.hyperparameters().isEmpty())
              .map(o -> source.apply(Guess.named(o).orElse(o)))
              .toList();
      for (Variable variable : subject.tensorflow().variables()) {
        variables.put(variable.name(), variable);
        if (variable.shape().rank() == 0 && isNumber(variable)) {
          scalars.put(variable.name(), value(variable).doubles()[0]);
        }
      }
    }

    private boolean isNumber(Variable variable) {
      return variable.dtype().isFloating()
          || variable.name().equals("global_step")
          || sources.stream().anyMatch(o -> o.counters().contains(variable.name()));
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
          Optional.of(new OwnOptimizer(kind, converted, steps, slots, frame, rates)),
          Optional.empty());
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
      Words words = new Words(source.get(), settings, scalars, variable, leaf.shape());
      if (SourceRates.isUnknown(words)) {
        return Optional.of("its learning rate is computed by a graph that does not train here");
      }
      Optional<Step> step = SourceSteps.of(words);
      if (step.isEmpty()) {
        return Optional.of(source.get().kind() + " is not stepped by TensorFlow here");
      }
      frame = SourceSteps.frame(words);
      rates = SourceRates.of(words);
      Map<String, Step.Kept> wanted = new LinkedHashMap<>();
      step.get().kept().forEach(k -> wanted.put(k.name(), k));
      frame
          .slots()
          .forEach((n, first) -> wanted.put(n, new Step.Kept(n, List.of(n), List.of(n), first)));
      Map<String, TensorValue> found = new LinkedHashMap<>();
      for (Step.Kept kept : wanted.values()) {
        for (Optimizer.Slot slot : source.get().slots()) {
          Variable stored = variables.get(slot.stored());
          if (slot.variable().equals(variable)
              && kept.stored().contains(slot.slot())
              && stored != null
              && stored.shape().equals(kept.shape(leaf.shape()))) {
            found.put(kept.name(), value(stored));
          }
        }
      }
      boolean isNew = source.get().slots().isEmpty();
      if (!isNew && found.size() < wanted.size()) {
        return Optional.of("the source lacks slots of " + variable);
      }
      if (!isNew && !wanted.isEmpty() && !leaf.tensors().stream().allMatch(this::has)) {
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

  /** A slot of the step, or of its frame, by what PyTorch's side calls it. */
  Optional<Step.Kept> slot(String variable, String converted) {
    if (frame.slots().containsKey(converted)) {
      List<String> name = List.of(converted);
      return Optional.of(new Step.Kept(converted, name, name, frame.slots().get(converted)));
    }
    return steps.containsKey(variable)
        ? steps.get(variable).kept().stream()
            .filter(k -> k.converted().contains(converted))
            .findFirst()
        : Optional.empty();
  }
}
