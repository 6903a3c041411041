package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a source says of an optimizer, and what was assumed where it says nothing. */
final class Given {
  /** What a reader says of a number that a graph computes from its variables. */
  private static final Pattern NOW = Pattern.compile(": (\\S+) at this checkpoint$");

  /** The function of model.py that makes a scheduler. */
  static final String SCHEDULER = "lr_scheduler(optimizer)";

  /** What counts the steps of TF1, whichever optimizer makes them. */
  static final String GLOBAL_STEP = "global_step";

  private final Optimizer optimizer;
  private final Dialect dialect;
  private final Map<String, Double> numbers;
  private final List<String> assumed = new ArrayList<>();

  /**
   * @param numbers the values of scalar variables, by name
   */
  Given(Optimizer optimizer, Map<String, Double> numbers) {
    this.optimizer = optimizer;
    this.dialect = Dialect.of(optimizer);
    this.numbers = Map.copyOf(numbers);
  }

  String kind() {
    return optimizer.kind();
  }

  Dialect dialect() {
    return dialect;
  }

  List<String> assumed() {
    return assumed;
  }

  void assume(String what) {
    assumed.add(what);
  }

  /** The number under the first of {@code keys} that has one, and TensorFlow's default else. */
  double number(double standard, String... keys) {
    for (String key : keys) {
      OptionalDouble found = optional(key);
      if (found.isPresent()) {
        return found.getAsDouble();
      }
    }
    assume(keys[0] + " is " + text(standard) + ", TensorFlow's default; the source does not say");
    return standard;
  }

  /** {@code 1e-7}, as people write it. */
  private static String text(double number) {
    return Double.toString(number).replace(".0E", "e");
  }

  /** The same as a float32, which is what TensorFlow makes of it. */
  double rounded(double standard, String... keys) {
    return (float) number(standard, keys);
  }

  /** The same, as a float32 or as it stands. */
  double settled(double standard, boolean isRounded, String... keys) {
    double value = number(standard, keys);
    return isRounded ? (float) value : value;
  }

  /** One that is not everywhere, so that its absence says what it is. */
  double orElse(double standard, boolean isRounded, String key) {
    double value = optional(key).orElse(standard);
    return isRounded ? (float) value : value;
  }

  /** Empty where there is none, it is null, or no number. */
  OptionalDouble optional(String key) {
    Config value = optimizer.hyperparameters().get(key);
    if (value instanceof Config.Real real) {
      return OptionalDouble.of(real.value());
    }
    if (value instanceof Config.Whole whole) {
      return OptionalDouble.of(whole.value());
    }
    Optional<String> variable =
        Optional.ofNullable(value)
            .flatMap(Config::text)
            .filter(t -> t.startsWith("variable "))
            .map(t -> t.substring("variable ".length()));
    return variable.isPresent() && numbers.containsKey(variable.get())
        ? OptionalDouble.of(numbers.get(variable.get()))
        : OptionalDouble.empty();
  }

  boolean flag(String... keys) {
    for (String key : keys) {
      Config value = optimizer.hyperparameters().get(key);
      if (value instanceof Config.Bool bool) {
        return bool.value();
      }
    }
    return false;
  }

  boolean hasSlot(String... names) {
    List<String> wanted = List.of(names);
    return optimizer.slots().stream().anyMatch(s -> wanted.contains(s.slot()));
  }

  /**
   * The rate of the next step, as a float32 but where Keras 3 holds it in another type. What it
   * follows from, and what stands in for it, is said.
   */
  double learningRate(double standard) {
    for (String key : List.of("learning_rate", "lr")) {
      OptionalDouble known = optional(key);
      if (known.isPresent()) {
        double held = decayed(known.getAsDouble());
        return dialect == Dialect.KERAS ? held : (float) held;
      }
      Config value = optimizer.hyperparameters().getOrDefault(key, new Config.Absent());
      Optional<Schedule> schedule = Schedule.of(value);
      if (schedule.isPresent()) {
        return scheduled(schedule.get(), standard);
      }
      if (value.text().isPresent()) {
        return computed(value.text().get(), standard);
      }
    }
    assume("the learning rate is in no file of the source; " + standard + " stands in: set lr");
    return (float) standard;
  }

  /** Keras 2 divides every rate by {@code 1 + decay * step}; Nadam has another use for it. */
  private double decayed(double rate) {
    double decay = dialect == Dialect.KERAS2 ? optional("decay").orElse(0) : 0;
    if (decay == 0 || kind().equals("Nadam")) {
      return rate;
    }
    assume(
        "the learning rate is that of step %d; it is %s / (1 + %s * step): %s goes on with it"
            .formatted(step(), (float) rate, (float) decay, SCHEDULER));
    return rate / (1 + decay * step());
  }

  /** What the learning rate follows; empty where it is a number, or computed otherwise. */
  Optional<Schedule> schedule() {
    for (String key : List.of("learning_rate", "lr")) {
      OptionalDouble known = optional(key);
      double decay = dialect == Dialect.KERAS2 ? optional("decay").orElse(0) : 0;
      if (known.isPresent() && decay != 0 && !kind().equals("Nadam")) {
        Map<String, Config> config =
            Mapping.numbers(
                "initial_learning_rate",
                known.getAsDouble(),
                "decay_steps",
                1L,
                "decay_rate",
                decay);
        return Optional.of(new Schedule("InverseTimeDecay", new Config.Fields(config)));
      }
      Config value = optimizer.hyperparameters().getOrDefault(key, new Config.Absent());
      Optional<Schedule> schedule = Schedule.of(value);
      if (known.isPresent() || schedule.isPresent()) {
        return schedule;
      }
    }
    return Optional.empty();
  }

  /** The configuration under a key; absent where there is none. */
  Config config(String key) {
    return optimizer.hyperparameters().getOrDefault(key, new Config.Absent());
  }

  private double scheduled(Schedule schedule, double standard) {
    OptionalDouble now = schedule.at(step());
    assume(
        now.isPresent()
            ? "the learning rate is that of step %d of its %s: %s goes on with it"
                .formatted(step(), schedule.kind(), SCHEDULER)
            : "the learning rate follows a %s, which is not read; %s stands in: set lr each step"
                .formatted(schedule.kind(), standard));
    double rate = now.orElse(standard);
    return dialect == Dialect.KERAS ? rate : (float) rate;
  }

  private double computed(String said, double standard) {
    Matcher now = NOW.matcher(said);
    if (now.find()) {
      assume("the learning rate is what it was last; the source computes it: set lr each step");
      return Float.parseFloat(now.group(1));
    }
    assume("the learning rate is %s in the source; %s stands in: set lr".formatted(said, standard));
    return (float) standard;
  }

  /** How many steps it has done, where that corrects a bias; what stands in for it is said. */
  long countedSteps() {
    if (counted().isEmpty() && !optimizer.slots().isEmpty()) {
      assume("nothing in the source counts the steps: biases are corrected as in the first");
    }
    return step();
  }

  /** How many steps it has done; 0 where nothing counts them. */
  long step() {
    // Keras counts batches where several make one step (base_optimizer.py, iterations).
    return batches() / Math.max(1, gathered());
  }

  /** How many batches it has seen. */
  long batches() {
    return Math.round(counted().orElse(0));
  }

  /** How many batches make one step. */
  long gathered() {
    return dialect == Dialect.KERAS
        ? Math.round(optional("gradient_accumulation_steps").orElse(1))
        : 1;
  }

  private OptionalDouble counted() {
    return Stream.concat(
            optimizer.counters().stream().filter(Dialect::isIteration), Stream.of(GLOBAL_STEP))
        .filter(numbers::containsKey)
        .mapToDouble(numbers::get)
        .findFirst();
  }

  /** The value of a counter whose name ends so, numbered or not. */
  OptionalDouble counter(String name) {
    return optimizer.counters().stream()
        .filter(c -> c.matches("(.*/)?" + name + "(_\\d+)?") && numbers.containsKey(c))
        .mapToDouble(numbers::get)
        .findFirst();
  }
}
