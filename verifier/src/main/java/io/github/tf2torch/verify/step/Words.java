package io.github.tf2torch.verify.step;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.rules.optimizer.Dialect;
import io.github.tf2torch.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a source's optimizer, in the source's own words; what it does not say is as the
 * conversion took it.
 *
 * @param taken the settings of the variable's group in the conversion
 * @param scalars the values of scalar variables, by name
 * @param variable the one that is stepped
 */
public record Words(
    Optimizer source,
    Map<String, Config> taken,
    Map<String, Double> scalars,
    String variable,
    Shape shape) {
  private static final String VARIABLE = "variable ";

  public Words {
    taken = Map.copyOf(taken);
    scalars = Map.copyOf(scalars);
  }

  boolean isTf1() {
    return Dialect.of(source) == Dialect.TF1;
  }

  /**
   * The rate of the first step behind the hand-over, which schedules have many words for; a float32
   * but where Keras 3 holds it in another type.
   */
  double learningRate() {
    double rate = number(taken.get("lr"), scalars::get).orElseThrow();
    return isKeras() ? rate : (float) rate;
  }

  /** The first that the source has of these; else the first that the conversion has. */
  double number(String... names) {
    return optional(names).orElseThrow(() -> new IllegalArgumentException("no " + names[0]));
  }

  OptionalDouble optional(String... names) {
    for (String name : names) {
      OptionalDouble said = said(name);
      if (said.isPresent()) {
        return said;
      }
    }
    for (String name : names) {
      OptionalDouble found = number(taken.get(name), n -> Double.NaN);
      if (found.isPresent()) {
        return found;
      }
    }
    return OptionalDouble.empty();
  }

  /** In the source alone. */
  OptionalDouble said(String name) {
    return number(source.hyperparameters().get(name), n -> scalars.getOrDefault(n, Double.NaN));
  }

  private static OptionalDouble number(@Nullable Config value, ToDoubleFunction<String> variable) {
    if (value instanceof Config.Real real) {
      return OptionalDouble.of(real.value());
    }
    if (value instanceof Config.Whole whole) {
      return OptionalDouble.of(whole.value());
    }
    double held =
        Optional.ofNullable(value)
            .flatMap(Config::text)
            .filter(t -> t.startsWith(VARIABLE))
            .map(t -> variable.applyAsDouble(t.substring(VARIABLE.length())))
            .orElse(Double.NaN);
    return Double.isNaN(held) ? OptionalDouble.empty() : OptionalDouble.of(held);
  }

  boolean flag(String... names) {
    for (String name : names) {
      if (source.hyperparameters().get(name) instanceof Config.Bool bool) {
        return bool.value();
      }
    }
    return false;
  }

  boolean hasSlot(String... names) {
    return source.slots().stream().anyMatch(s -> List.of(names).contains(s.slot()));
  }

  /** One that has parts; absent where there is none. */
  Config config(String name) {
    return source.hyperparameters().getOrDefault(name, new Config.Absent());
  }

  boolean isKeras() {
    return Dialect.of(source) == Dialect.KERAS;
  }

  /** By how much weights decay at a rate of 1; what else is called so is no decay of Keras's. */
  double kerasDecay() {
    return isKeras() ? said("weight_decay").orElse(0) : 0;
  }

  /** Whether the rate falls with the steps as Keras 2 can have it; Nadam has another use for it. */
  boolean decays() {
    return Dialect.of(source) == Dialect.KERAS2
        && said("decay").orElse(0) != 0
        && !source.kind().equals("Nadam");
  }

  /** How many batches make one step. */
  int gathers() {
    return isKeras() ? (int) Math.max(1, said("gradient_accumulation_steps").orElse(1)) : 1;
  }

  /** How many batches there were before the hand-over, which is what Keras counts. */
  long batches() {
    return Math.round(
        source.counters().stream()
            .filter(Dialect::isIteration)
            .filter(scalars::containsKey)
            .map(scalars::get)
            .findFirst()
            .orElseGet(() -> gathers() * number(taken.get("step"), n -> Double.NaN).orElse(0)));
  }

  /** How many steps were made before the hand-over. */
  double iterations() {
    return (double) (batches() / gathers());
  }

  /** What TF1 counts by, whichever optimizer steps. */
  double globalStep() {
    return scalars.getOrDefault("global_step", 0.0);
  }

  /** A counter as the source has it. */
  OptionalDouble stored(String name) {
    return source.counters().stream()
        .filter(c -> c.matches("(.*/)?" + name + "(_\\d+)?") && scalars.containsKey(c))
        .mapToDouble(scalars::get)
        .findFirst();
  }

  /** A counter of TF1's as the source has it; else as the conversion took it. */
  double counter(String name, double first) {
    return stored(name).orElseGet(() -> number(taken.get(name), n -> Double.NaN).orElse(first));
  }
}
