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

/** What a source says of an optimizer, and what was assumed where it says nothing. */
final class Given {
  /** What a reader says of a number that a graph computes from its variables. */
  private static final Pattern NOW = Pattern.compile(": (\\S+) at this checkpoint$");

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
    assume(keys[0] + " is " + standard + ", TensorFlow's default; the source does not say");
    return standard;
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
   * As a float32, but where Keras 3 holds it in another type. Of a schedule, where it begins, which
   * is said.
   */
  double learningRate(double standard) {
    for (String key : List.of("learning_rate", "lr")) {
      OptionalDouble known = optional(key);
      if (known.isPresent()) {
        return dialect == Dialect.KERAS ? known.getAsDouble() : (float) known.getAsDouble();
      }
      Optional<Config> value = Optional.ofNullable(optimizer.hyperparameters().get(key));
      Optional<Config> start =
          value.flatMap(v -> v.get("config")).flatMap(c -> c.get("initial_learning_rate"));
      if (start.isPresent() && start.get() instanceof Config.Real real) {
        String schedule = value.get().get("class_name").flatMap(Config::text).orElse("schedule");
        assume(
            "the learning rate is where its "
                + schedule
                + " begins; set lr to what it is at step "
                + step());
        return (float) real.value();
      }
      Optional<Matcher> now = value.flatMap(Config::text).map(NOW::matcher).filter(Matcher::find);
      if (now.isPresent()) {
        assume("the learning rate is what it was last; the source computes it: set lr each step");
        return Float.parseFloat(now.get().group(1));
      }
      if (value.isPresent() && value.get().text().isPresent()) {
        assume(
            "the learning rate is %s in the source; %s stands in: set lr"
                .formatted(value.get().text().get(), standard));
        return (float) standard;
      }
    }
    assume("the learning rate is in no file of the source; " + standard + " stands in: set lr");
    return (float) standard;
  }

  /** How many steps it has done; 0 where nothing counts them, which is said. */
  long step() {
    for (String counter : optimizer.counters()) {
      if (Dialect.isIteration(counter) && numbers.containsKey(counter)) {
        return Math.round(numbers.get(counter));
      }
    }
    return 0;
  }

  /** The value of a counter whose name ends so, numbered or not. */
  OptionalDouble counter(String name) {
    return optimizer.counters().stream()
        .filter(c -> c.matches("(.*/)?" + name + "(_\\d+)?") && numbers.containsKey(c))
        .mapToDouble(numbers::get)
        .findFirst();
  }
}
