package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.tensorflow.proto.NodeDef;

/**
 * Learning rates that {@code tf.train}'s functions compute from the number of steps
 * (python/training/learning_rate_decay.py), in the words of Keras.
 */
final class RateDecay {
  private static final Set<String> SUMS = Set.of("Add", "AddV2");

  private final TrainingGraph graph;
  private final Predicate<String> isVariable;
  private final Function<Endpoint, Config> numbers;

  /**
   * @param isVariable of a node, whether it holds one
   * @param numbers a constant's value, or that of what is computed from constants alone
   */
  RateDecay(TrainingGraph graph, Predicate<String> isVariable, Function<Endpoint, Config> numbers) {
    this.graph = graph;
    this.isVariable = isVariable;
    this.numbers = numbers;
  }

  /** Empty where it is none of them. */
  Optional<Config> of(Endpoint rate) {
    return exponential(rate)
        .or(() -> inverseTime(rate))
        .or(() -> polynomial(rate))
        .or(() -> cosine(rate));
  }

  /** A fraction of the steps, {@code step / steps}, or its floor. */
  private record Passed(Config steps, boolean isFloored) {}

  private Optional<Passed> passed(Endpoint fraction) {
    Optional<NodeDef> floor = maker(fraction, "Floor");
    Optional<NodeDef> quotient =
        maker(floor.flatMap(n -> input(n, 0)).orElse(fraction), "RealDiv")
            .filter(n -> isStep(n, 0));
    return quotient.flatMap(n -> number(n, 1)).map(steps -> new Passed(steps, floor.isPresent()));
  }

  /** {@code min(step, steps) / steps}. */
  private Optional<Config> limited(Endpoint fraction) {
    Optional<NodeDef> quotient = maker(fraction, "RealDiv");
    Optional<Config> steps = quotient.flatMap(n -> number(n, 1));
    return quotient
        .flatMap(n -> input(n, 0))
        .flatMap(i -> maker(i, "Minimum"))
        .filter(n -> isStep(n, 0))
        .flatMap(n -> number(n, 1))
        .filter(most -> steps.filter(most::equals).isPresent());
  }

  /** {@code rate * decay ^ (step / steps)}; a natural one has exp(-decay) there. */
  private Optional<Config> exponential(Endpoint rate) {
    Optional<NodeDef> product = maker(rate, "Mul");
    Optional<NodeDef> power = product.flatMap(n -> input(n, 1)).flatMap(i -> maker(i, "Pow"));
    Optional<Passed> passed = power.flatMap(n -> input(n, 1)).flatMap(this::passed);
    Optional<Config> first = product.flatMap(n -> number(n, 0));
    Optional<Config> decay = power.flatMap(n -> number(n, 0));
    if (first.isEmpty() || decay.isEmpty() || passed.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(decayed("ExponentialDecay", first.get(), decay.get(), passed.get()));
  }

  /** {@code rate / (1 + decay * step / steps)}. */
  private Optional<Config> inverseTime(Endpoint rate) {
    Optional<NodeDef> quotient = maker(rate, "RealDiv");
    Optional<NodeDef> sum =
        quotient.flatMap(n -> input(n, 1)).flatMap(this::sum).filter(n -> isNumber(n, 0, 1));
    Optional<NodeDef> product = sum.flatMap(n -> input(n, 1)).flatMap(i -> maker(i, "Mul"));
    Optional<Passed> passed = product.flatMap(n -> input(n, 1)).flatMap(this::passed);
    Optional<Config> first = quotient.flatMap(n -> number(n, 0));
    Optional<Config> decay = product.flatMap(n -> number(n, 0));
    if (first.isEmpty() || decay.isEmpty() || passed.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(decayed("InverseTimeDecay", first.get(), decay.get(), passed.get()));
  }

  private static Config decayed(String kind, Config first, Config decay, Passed passed) {
    Map<String, Config> config = new LinkedHashMap<>();
    config.put("initial_learning_rate", first);
    config.put("decay_steps", passed.steps());
    config.put("decay_rate", decay);
    config.put("staircase", new Config.Bool(passed.isFloored()));
    return schedule(kind, config);
  }

  /** {@code (rate - end) * (1 - min(step, steps) / steps) ^ power + end}. */
  private Optional<Config> polynomial(Endpoint rate) {
    Optional<NodeDef> sum = sum(rate);
    Optional<NodeDef> product = sum.flatMap(n -> input(n, 0)).flatMap(i -> maker(i, "Mul"));
    Optional<NodeDef> difference = product.flatMap(n -> input(n, 0)).flatMap(i -> maker(i, "Sub"));
    Optional<NodeDef> power = product.flatMap(n -> input(n, 1)).flatMap(i -> maker(i, "Pow"));
    Optional<Config> steps =
        power
            .flatMap(n -> input(n, 0))
            .flatMap(i -> maker(i, "Sub"))
            .filter(n -> isNumber(n, 0, 1))
            .flatMap(n -> input(n, 1))
            .flatMap(this::limited);
    Optional<Config> first = difference.flatMap(n -> number(n, 0));
    Optional<Config> end = sum.flatMap(n -> number(n, 1));
    Optional<Config> exponent = power.flatMap(n -> number(n, 1));
    if (steps.isEmpty()
        || first.isEmpty()
        || exponent.isEmpty()
        || !difference.flatMap(n -> number(n, 1)).equals(end)) {
      return Optional.empty();
    }
    Map<String, Config> config = new LinkedHashMap<>();
    config.put("initial_learning_rate", first.get());
    config.put("decay_steps", steps.get());
    config.put("end_learning_rate", end.orElseThrow());
    config.put("power", exponent.get());
    config.put("cycle", new Config.Bool(false));
    return Optional.of(schedule("PolynomialDecay", config));
  }

  /** {@code rate * ((1 - alpha) * (0.5 * (1 + cos(pi * min(step, steps) / steps))) + alpha)}. */
  private Optional<Config> cosine(Endpoint rate) {
    Optional<NodeDef> product = maker(rate, "Mul");
    Optional<NodeDef> sum = product.flatMap(n -> input(n, 1)).flatMap(this::sum);
    Optional<Config> steps =
        sum.flatMap(n -> input(n, 0))
            .flatMap(i -> maker(i, "Mul"))
            .flatMap(n -> input(n, 1))
            .flatMap(i -> maker(i, "Mul"))
            .filter(n -> isNumber(n, 0, 0.5))
            .flatMap(n -> input(n, 1))
            .flatMap(this::sum)
            .filter(n -> isNumber(n, 0, 1))
            .flatMap(n -> input(n, 1))
            .flatMap(i -> maker(i, "Cos"))
            .flatMap(n -> input(n, 0))
            .flatMap(i -> maker(i, "Mul"))
            .filter(n -> isNumber(n, 0, (float) Math.PI))
            .flatMap(n -> input(n, 1))
            .flatMap(this::limited);
    Optional<Config> first = product.flatMap(n -> number(n, 0));
    Optional<Config> alpha = sum.flatMap(n -> number(n, 1));
    if (steps.isEmpty() || first.isEmpty() || alpha.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Config> config = new LinkedHashMap<>();
    config.put("initial_learning_rate", first.get());
    config.put("decay_steps", steps.get());
    config.put("alpha", alpha.get());
    return Optional.of(schedule("CosineDecay", config));
  }

  private static Config schedule(String kind, Map<String, Config> config) {
    Map<String, Config> schedule = new LinkedHashMap<>();
    schedule.put("class_name", new Config.Text(kind));
    schedule.put("config", new Config.Fields(config));
    return new Config.Fields(schedule);
  }

  private Optional<NodeDef> sum(Endpoint endpoint) {
    return graph
        .maker(graph.origin(endpoint, Hyperparameters.PASSES))
        .filter(n -> SUMS.contains(n.getOp()));
  }

  private Optional<NodeDef> maker(Endpoint endpoint, String op) {
    return graph
        .maker(graph.origin(endpoint, Hyperparameters.PASSES))
        .filter(n -> n.getOp().equals(op));
  }

  private Optional<Endpoint> input(NodeDef node, int index) {
    return TrainingGraph.input(node, index).map(i -> graph.origin(i, Hyperparameters.PASSES));
  }

  private boolean isStep(NodeDef node, int index) {
    return input(node, index).filter(i -> isVariable.test(i.node())).isPresent();
  }

  /** A constant; a variable may be another number at the next step. */
  private Optional<Config> number(NodeDef node, int index) {
    return input(node, index)
        .filter(i -> !isVariable.test(i.node()))
        .map(numbers)
        .filter(n -> n instanceof Config.Real || n instanceof Config.Whole);
  }

  private boolean isNumber(NodeDef node, int index, double value) {
    return number(node, index)
        .filter(
            n ->
                n instanceof Config.Real r
                    ? r.value() == value
                    : ((Config.Whole) n).value() == value)
        .isPresent();
  }
}
