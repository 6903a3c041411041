package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingLoop;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An optimizer of {@code torch.optim} in the making, in the place of one that is exact. */
final class Nearest {
  /** By then no bias is left to correct, in float32. */
  static final long MANY = 1_000_000;

  private final TorchOptimizer own;
  private final Map<String, Config> numbers;
  private final List<String> lossy = new ArrayList<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private final Map<String, UnaryOperator<TensorExpr>> recipes = new LinkedHashMap<>();
  private final List<TorchOptimizer.State> scalars = new ArrayList<>();
  private boolean hasDecay;
  private double stepError;

  Nearest(TorchOptimizer own) {
    this.own = own;
    this.numbers = own.groups().isEmpty() ? own.arguments() : own.groups().get(0).settings();
  }

  TorchOptimizer own() {
    return own;
  }

  BadRequest none(String reason) {
    return new BadRequest(
        "--stock-optimizer: no stock optimizer stands in for "
            + own.className()
            + " ("
            + own.kind()
            + "): "
            + reason
            + "; leave the option out, and model.py has it as a class, exact");
  }

  /** A number of the first group; 0 where it has none. */
  double number(String name) {
    return Schedule.real(numbers.getOrDefault(name, new Config.Absent()), 0);
  }

  boolean has(String name) {
    return !(numbers.getOrDefault(name, new Config.Absent()) instanceof Config.Absent);
  }

  /** Of the group of a parameter. */
  Map<String, Config> settings(String parameter) {
    return own.groups().stream()
        .filter(g -> g.parameters().contains(parameter))
        .findFirst()
        .map(TorchOptimizer.Group::settings)
        .orElse(numbers);
  }

  /** Whether a step of a parameter has this line. */
  boolean hasLine(String line) {
    Set<String> tensors = new HashSet<>(Set.of("p", "g"));
    own.rule().state().forEach(s -> tensors.add(s.name()));
    return own.rule().each().contains(new Formula(tensors).line(line));
  }

  /** A number as people write it: {@code 1e-7}. */
  static String text(double number) {
    return Float.toString((float) number).replace(".0E", "e").replace('E', 'e');
  }

  /** Whether a step keeps such a tensor. */
  boolean keeps(String state) {
    return own.rule().state().stream().anyMatch(s -> s.name().equals(state));
  }

  void lossy(String what, Object... numbers) {
    lossy.add(String.format(Locale.ROOT, what, numbers));
  }

  /** How far an element's next step may be off, as a part of itself. */
  void stepError(double relative) {
    stepError = relative;
  }

  /** The weights decay in PyTorch's own step, and not around it. */
  void decays() {
    hasDecay = true;
  }

  Nearest key(String ours, String stock) {
    keys.put(ours, stock);
    return this;
  }

  /** The same where the tensor is not ours as it is. */
  Nearest key(String ours, String stock, UnaryOperator<TensorExpr> recipe) {
    recipes.put(ours, recipe);
    return key(ours, stock);
  }

  /** The same for one parameter alone. */
  void key(String parameter, String ours, String stock) {
    keys.put(parameter + " " + ours, stock);
  }

  /** A number that PyTorch keeps beside each parameter. */
  Nearest scalar(String key, double value) {
    scalars.add(
        new TorchOptimizer.State(key, new TensorExpr.Fill(DType.FLOAT32, Shape.of(), value)));
    return this;
  }

  /** How many are done: counted, or as the power of a beta says, which is ahead by one. */
  long steps(String beta) {
    if (numbers.get("step") instanceof Config.Whole counted) {
      return counted.value();
    }
    if (!(numbers.get(beta + "_power") instanceof Config.Real power)) {
      return 0;
    }
    return power.value() <= 0
        ? MANY
        : Math.max(0, Math.round(Math.log(power.value()) / Math.log(number(beta))) - 1);
  }

  /** What happens to parameters that have no state, if there are any. */
  void afresh(String how) {
    List<String> bare =
        own.groups().stream()
            .flatMap(g -> g.parameters().stream())
            .filter(p -> !own.state().containsKey(p))
            .toList();
    if (!bare.isEmpty()) {
      lossy.add("parameters without state start afresh, " + String.join(", ", bare) + ": " + how);
    }
  }

  /**
   * @param arguments of the constructor, from a group's settings
   * @param others what else PyTorch keeps of a group
   */
  TorchOptimizer made(
      String className, UnaryOperator<Map<String, Config>> arguments, Map<String, Config> others) {
    List<TorchOptimizer.Group> groups = new ArrayList<>();
    for (TorchOptimizer.Group group : own.groups()) {
      Map<String, Config> settings = new LinkedHashMap<>(arguments.apply(group.settings()));
      others.forEach(settings::putIfAbsent);
      Optional.ofNullable(group.settings().get(TrainingLoop.BATCHES))
          .ifPresent(b -> settings.put(TrainingLoop.BATCHES, b));
      groups.add(new TorchOptimizer.Group(settings, group.parameters()));
    }
    Map<String, List<TorchOptimizer.State>> state = new LinkedHashMap<>();
    own.state().forEach((parameter, tensors) -> state.put(parameter, held(parameter, tensors)));
    state.values().removeIf(List::isEmpty);
    return new TorchOptimizer(
        own.kind(),
        "torch.optim",
        className,
        arguments.apply(numbers),
        groups,
        own.isGrouped(),
        state,
        own.rule(),
        LoopOptions.withRule(own.loop(), numbers, hasDecay),
        exactness(),
        stepError,
        own.assumed(),
        lossy);
  }

  private String exactness() {
    String off = stepError < 0.01 ? "%.2g of itself" : "%.3g of itself";
    return stepError == 0
        ? "the nearest of torch.optim; its next step is the same but for what is said here"
        : "the nearest of torch.optim; what gradients add to an element's next step differs by up to "
            + String.format(Locale.ROOT, off, stepError);
  }

  private List<TorchOptimizer.State> held(String parameter, List<TorchOptimizer.State> tensors) {
    List<TorchOptimizer.State> held = new ArrayList<>();
    for (TorchOptimizer.State t : tensors) {
      UnaryOperator<TensorExpr> recipe = recipes.getOrDefault(t.key(), r -> r);
      String key = keys.getOrDefault(parameter + " " + t.key(), keys.getOrDefault(t.key(), ""));
      if (!key.isEmpty()) {
        held.add(new TorchOptimizer.State(key, recipe.apply(t.recipe())));
      } else if (own.loop().isCounting() && TrainingLoop.STATE.contains(t.key())) {
        held.add(t);
      }
    }
    boolean isStepped = held.stream().anyMatch(t -> !TrainingLoop.STATE.contains(t.key()));
    if (isStepped) {
      held.addAll(0, scalars);
    }
    return held;
  }
}
