package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TrainingLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A learning rate as {@code torch.optim.lr_scheduler} has it: a class of its own where that is the
 * same at every step, else {@code LambdaLR} with a function.
 */
final class TorchSchedule {
  /** Of steps, decimal fractions and their quotients. */
  private static final double ROUNDING = 1e-9;

  private final Schedule schedule;
  private final double first;

  private TorchSchedule(Schedule schedule, double first) {
    this.schedule = schedule;
    this.first = first;
  }

  /** After so many steps; empty where the schedule is not one of Keras's. */
  static Optional<TrainingLoop.Schedule> of(Schedule schedule, long done) {
    OptionalDouble first = schedule.at(0);
    OptionalDouble rate = schedule.at(done);
    return first.isEmpty() || rate.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TorchSchedule(schedule, first.getAsDouble()).after(done, rate.getAsDouble()));
  }

  private TrainingLoop.Schedule after(long done, double rate) {
    Map<String, Config> arguments = new LinkedHashMap<>();
    String name = first == 0 ? "" : exact(arguments);
    return new TrainingLoop.Schedule(
        schedule.kind(),
        schedule.config() instanceof Config.Fields f ? f.values() : Map.of(),
        name.isEmpty() ? "LambdaLR" : name,
        name.isEmpty() ? Map.of() : arguments,
        first,
        done,
        rate);
  }

  /** The name of the class that is exact, and its arguments; empty where none is. */
  private String exact(Map<String, Config> arguments) {
    return switch (schedule.kind()) {
      case "ExponentialDecay" -> exponential(arguments);
      case "PolynomialDecay" -> polynomial(arguments);
      case "PiecewiseConstantDecay" -> piecewise(arguments);
      case "CosineDecayRestarts" -> restarts(arguments);
      default -> "";
    };
  }

  private String exponential(Map<String, Config> arguments) {
    double rate = schedule.number("decay_rate", Double.NaN);
    double length = schedule.number("decay_steps", Double.NaN);
    if (!schedule.flag("staircase")) {
      arguments.put("gamma", new Config.Real(Math.pow(rate, 1 / length)));
      return "ExponentialLR";
    }
    if (!isWhole(length)) {
      return "";
    }
    arguments.put("step_size", new Config.Whole(Math.round(length)));
    arguments.put("gamma", new Config.Real(rate));
    return "StepLR";
  }

  /** PolynomialLR ends at 0, LinearLR anywhere below its start. */
  private String polynomial(Map<String, Config> arguments) {
    double length = schedule.number("decay_steps", Double.NaN);
    double end = schedule.number("end_learning_rate", 1e-4);
    double power = schedule.number("power", 1);
    if (schedule.flag("cycle") || !isWhole(length)) {
      return "";
    }
    if (end == 0) {
      arguments.put("total_iters", new Config.Whole(Math.round(length)));
      arguments.put("power", new Config.Real(power));
      return "PolynomialLR";
    }
    if (power != 1 || end < 0 || end > first) {
      return "";
    }
    arguments.put("start_factor", new Config.Real(1));
    arguments.put("end_factor", new Config.Real(end / first));
    arguments.put("total_iters", new Config.Whole(Math.round(length)));
    return "LinearLR";
  }

  /** MultiStepLR multiplies by one factor each time, and does so at a step, not behind it. */
  private String piecewise(Map<String, Config> arguments) {
    List<Config> milestones = new ArrayList<>();
    for (Config boundary : schedule.items("boundaries")) {
      double step = Schedule.real(boundary, Double.NaN);
      if (!isWhole(step)) {
        return "";
      }
      milestones.add(new Config.Whole(Math.round(step) + 1));
    }
    List<Double> values =
        schedule.items("values").stream().map(v -> Schedule.real(v, Double.NaN)).toList();
    double gamma = values.get(1) / values.get(0);
    for (int i = 1; i < values.size(); i++) {
      double factor = values.get(i) / values.get(i - 1);
      if (!(Math.abs(factor - gamma) <= ROUNDING * Math.abs(gamma))) {
        return "";
      }
    }
    arguments.put("milestones", new Config.Items(milestones));
    arguments.put("gamma", new Config.Real(gamma));
    return "MultiStepLR";
  }

  private String restarts(Map<String, Config> arguments) {
    double length = schedule.number("first_decay_steps", Double.NaN);
    double longer = schedule.number("t_mul", 2);
    if (!isWhole(length) || !isWhole(longer) || longer < 1 || schedule.number("m_mul", 1) != 1) {
      return "";
    }
    arguments.put("T_0", new Config.Whole(Math.round(length)));
    arguments.put("T_mult", new Config.Whole(Math.round(longer)));
    arguments.put("eta_min", new Config.Real(first * schedule.number("alpha", 0)));
    return "CosineAnnealingWarmRestarts";
  }

  private static boolean isWhole(double number) {
    return number >= 0 && number == Math.rint(number) && number < 1e15;
  }
}
