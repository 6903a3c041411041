package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.RateProgram;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Learning rates that follow from the number of steps, as Keras's configurations say them. */
record Schedule(String kind, Config config) {
  /** A logarithm of a power, in the number of restarts, is as good as whole. */
  private static final double ROUNDING = 1e-9;

  /** Empty where a value is no schedule. */
  static Optional<Schedule> of(Config value) {
    Optional<String> kind = value.get("class_name").flatMap(Config::text);
    return kind.map(k -> new Schedule(k, value.get("config").orElse(new Config.Absent())));
  }

  /**
   * The rate at a step; empty for a schedule of another kind
   * (keras/src/optimizers/schedules/learning_rate_schedule.py).
   */
  OptionalDouble at(long step) {
    double first = number("initial_learning_rate", Double.NaN);
    double length = number("decay_steps", Double.NaN);
    double rate = number("decay_rate", Double.NaN);
    double passed = flag("staircase") ? Math.floor(step / length) : step / length;
    double found =
        switch (kind) {
          case "ExponentialDecay" -> first * Math.pow(rate, passed);
          case "InverseTimeDecay" -> first / (1 + rate * passed);
          case "PolynomialDecay" -> polynomial(first, length, step);
          case "CosineDecay" -> cosine(first, length, step);
          case "CosineDecayRestarts" -> restarts(first, step);
          case "PiecewiseConstantDecay" -> piecewise(step);
          case RateProgram.KIND -> RateProgram.of(config).at(step);
          default -> Double.NaN;
        };
    return Double.isNaN(found) ? OptionalDouble.empty() : OptionalDouble.of(found);
  }

  private double polynomial(double first, double length, long step) {
    double end = number("end_learning_rate", 1e-4);
    double whole = flag("cycle") ? length * Math.max(1, Math.ceil(step / length)) : length;
    double left = 1 - Math.min(step, whole) / whole;
    return (first - end) * Math.pow(left, number("power", 1)) + end;
  }

  private double cosine(double first, double length, long step) {
    double warmup = number("warmup_steps", 0);
    double target = number("warmup_target", Double.NaN);
    double alpha = number("alpha", 0);
    boolean hasWarmup = !Double.isNaN(target);
    if (hasWarmup && step < warmup) {
      return first + (target - first) * step / warmup;
    }
    double top = hasWarmup ? target : first;
    double done = Math.min(hasWarmup ? step - warmup : step, length) / length;
    return top * ((1 - alpha) * (1 + Math.cos(Math.PI * done)) / 2 + alpha);
  }

  private double restarts(double first, long step) {
    double done = step / number("first_decay_steps", Double.NaN);
    double longer = number("t_mul", 2);
    double restart =
        longer == 1
            ? Math.floor(done)
            : Math.floor(Math.log(1 - done * (1 - longer)) / Math.log(longer) + ROUNDING);
    double before = longer == 1 ? restart : (1 - Math.pow(longer, restart)) / (1 - longer);
    double part = (done - before) / Math.pow(longer, restart);
    double alpha = number("alpha", 0);
    double height = Math.pow(number("m_mul", 1), restart);
    return first * ((1 - alpha) * height * (1 + Math.cos(Math.PI * part)) / 2 + alpha);
  }

  private double piecewise(long step) {
    List<Config> boundaries = items("boundaries");
    List<Config> values = items("values");
    int at = 0;
    while (at < boundaries.size() && step > real(boundaries.get(at), Double.NaN)) {
      at++;
    }
    return at < values.size() ? real(values.get(at), Double.NaN) : Double.NaN;
  }

  List<Config> items(String key) {
    return config.get(key).orElse(new Config.Absent()) instanceof Config.Items items
        ? items.values()
        : List.of();
  }

  boolean flag(String key) {
    return config.get(key).orElse(new Config.Absent()) instanceof Config.Bool b && b.value();
  }

  double number(String key, double standard) {
    return real(config.get(key).orElse(new Config.Absent()), standard);
  }

  static double real(Config value, double standard) {
    return value instanceof Config.Real real
        ? real.value()
        : value instanceof Config.Whole whole ? whole.value() : standard;
  }
}
