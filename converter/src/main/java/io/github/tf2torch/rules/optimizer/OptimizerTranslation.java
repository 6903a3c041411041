package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.model.target.CarriedSlots;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingLoop;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorExpr;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The way from the optimizers of a source to one of PyTorch's over the program's parameters. */
public final class OptimizerTranslation {
  private static final List<Family> FAMILIES =
      List.of(
          new Sgd(),
          new Adam(),
          new RmsProp(),
          new Adagrad(),
          new Adadelta(),
          new Adamax(),
          new Nadam(),
          new Ftrl(),
          new Lion(),
          new Lamb(),
          new ProximalAdagrad(),
          new Adafactor(),
          new AdamWeightDecay());

  private final TfModel source;
  private final List<Optimizer> optimizers;
  private final Map<String, Double> numbers;

  private OptimizerTranslation(
      TfModel source, List<Optimizer> optimizers, Map<String, Double> numbers) {
    this.source = source;
    this.optimizers = optimizers;
    this.numbers = numbers;
  }

  /** Empty where the source has no optimizer, or says nothing of it but its name. */
  public static Optional<TrainingState> translate(TfModel source, TorchModel program)
      throws IOException {
    List<Optimizer> optimizers =
        source.optimizers().stream()
            .filter(o -> !o.slots().isEmpty() || !o.hyperparameters().isEmpty())
            .toList();
    if (optimizers.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new OptimizerTranslation(source, optimizers, scalars(source)).all(program));
  }

  private TrainingState all(TorchModel program) {
    List<Given> given = new ArrayList<>();
    List<Mapping> mappings = new ArrayList<>();
    for (Optimizer optimizer : optimizers) {
      Optional<Optimizer> named = Guess.named(optimizer);
      Optional<Family> family =
          named.flatMap(
              n -> FAMILIES.stream().filter(f -> f.kinds().contains(n.kind())).findFirst());
      if (family.isEmpty()) {
        String kind = optimizer.kind();
        return carried(
            program,
            kind.isEmpty()
                ? "the source does not say which optimizer \"" + optimizer.name() + "\" is"
                : "there is no rule for " + kind);
      }
      Given one = new Given(named.get(), numbers);
      if (optimizer.kind().isEmpty()) {
        one.assume("the optimizer is " + one.kind() + ", by the names of its slots");
      }
      given.add(one);
      mappings.add(family.get().map(one));
    }
    List<Mapping> whole = DecoupledDecay.added(given, mappings);
    Mapping first = whole.get(0);
    boolean isOne =
        whole.stream()
            .allMatch(
                m -> m.className().equals(first.className()) && m.rule().equals(first.rule()));
    return isOne
        ? assemble(program, given, whole)
        : carried(
            program,
            whole.size()
                + " optimizers step it, "
                + String.join(", ", whole.stream().map(Mapping::className).toList())
                + ", which no single one of PyTorch's does");
  }

  private CarriedSlots carried(TorchModel program, String reason) {
    return Carrying.of(optimizers, source.variables(), parameters(program), reason);
  }

  private TorchOptimizer assemble(TorchModel program, List<Given> given, List<Mapping> mappings) {
    List<ParameterState> states =
        source.optimizers().stream().map(o -> new ParameterState(o, source.variables())).toList();
    List<String> untrained = new ArrayList<>();
    Map<Map<String, Config>, List<String>> members = new LinkedHashMap<>();
    Map<String, List<TorchOptimizer.State>> state = new LinkedHashMap<>();
    for (TorchModel.Tensor tensor : parameters(program)) {
      OptionalInt owner =
          IntStream.range(0, states.size())
              .filter(i -> states.get(i).isStepped(tensor))
              .findFirst();
      if (owner.isEmpty() && isTrackedAll(mappings)) {
        untrained.add(
            tensor.name()
                + " is left out: no optimizer has slots for it, so that it was not trained");
        continue;
      }
      int group = owner.orElse(0);
      Map<String, Config> settings = states.get(group).settings(tensor, mappings.get(group));
      members.computeIfAbsent(settings, o -> new ArrayList<>()).add(tensor.name());
      List<TorchOptimizer.State> own = states.get(group).of(tensor, mappings.get(group));
      if (!own.isEmpty()) {
        state.put(tensor.name(), own);
      }
    }
    List<TorchOptimizer.Group> groups = new ArrayList<>();
    members.forEach((settings, names) -> groups.add(new TorchOptimizer.Group(settings, names)));
    TrainingLoop loop = loop(given);
    if (loop.isCounting() && !groups.isEmpty()) {
      Map<String, Config> counted = new LinkedHashMap<>(groups.get(0).settings());
      counted.put(TrainingLoop.BATCHES, new Config.Whole(given.get(0).batches()));
      groups.set(0, new TorchOptimizer.Group(counted, groups.get(0).parameters()));
    }
    // What could not be taken along comes first: a terminal shows the first few.
    List<String> assumed = new ArrayList<>();
    states.forEach(s -> assumed.addAll(s.leftOut()));
    given.forEach(g -> assumed.addAll(g.assumed()));
    assumed.addAll(untrained);
    for (int i = 0; i < states.size(); i++) {
      if (optimizers.get(i).slots().isEmpty() && !mappings.get(i).slots().isEmpty()) {
        assumed.add("the source has no slots of it: every parameter starts afresh");
      }
      for (String slot : states.get(i).besides(mappings.get(i))) {
        if (!loop.isCounting() || !TrainingLoop.STATE.contains(slot)) {
          assumed.add("\"" + slot + "\" is kept in the state, where no step reads it");
        }
      }
    }
    Mapping first = mappings.get(0);
    return new TorchOptimizer(
        given.get(0).kind(),
        first.module(),
        first.className(),
        first.arguments(),
        groups,
        groups.size() != 1 || groups.get(0).parameters().size() < parameters(program).size(),
        state,
        first.rule(),
        loop,
        first.exactness(),
        0,
        assumed.stream().distinct().toList(),
        List.of());
  }

  /** What all of them have around their steps; where they differ, that is left to the user. */
  private static TrainingLoop loop(List<Given> given) {
    List<TrainingLoop> loops = given.stream().map(LoopOptions::of).distinct().toList();
    if (loops.size() == 1) {
      return loops.get(0);
    }
    for (TrainingLoop loop : loops) {
      loop.schedule()
          .ifPresent(
              s ->
                  given
                      .get(0)
                      .assume(
                          "the learning rate of one group follows "
                              + s.kind()
                              + ", that of another does not: set lr of each group by hand"));
      if (!loop.around().isEmpty()) {
        given
            .get(0)
            .assume(
                "gradients of one group alone are changed before its steps ("
                    + String.join(", ", loop.around().keySet())
                    + "): do the same by hand");
      }
    }
    return TrainingLoop.PLAIN;
  }

  private static List<TorchModel.Tensor> parameters(TorchModel program) {
    return program.tensors().stream().filter(t -> t.kind() == TorchModel.Kind.PARAMETER).toList();
  }

  /** Whether every variable that is trained has slots. */
  private boolean isTrackedAll(List<Mapping> mappings) {
    return mappings.stream().noneMatch(m -> m.slots().isEmpty())
        && optimizers.stream().anyMatch(o -> !o.slots().isEmpty());
  }

  /** The values of what an optimizer counts by, or is set by. */
  private static Map<String, Double> scalars(TfModel source) throws IOException {
    Map<String, Double> values = new HashMap<>();
    for (Variable variable : source.variables()) {
      if (variable.shape().rank() != 0 || !isNamed(source, variable.name())) {
        continue;
      }
      TensorExpr stored =
          new TensorExpr.Stored(variable.name(), variable.dtype(), variable.shape());
      var value = Evaluation.value(stored, source.tensors());
      values.put(
          variable.name(),
          variable.dtype().isFloating() ? value.doubleAt(0) : (double) value.longAt(0));
    }
    return values;
  }

  private static boolean isNamed(TfModel source, String variable) {
    return variable.equals(Given.GLOBAL_STEP)
        || source.optimizers().stream()
            .anyMatch(
                o ->
                    o.counters().contains(variable)
                        || o.hyperparameters().values().stream()
                            .anyMatch(v -> v.text().equals(Optional.of("variable " + variable))));
  }
}
