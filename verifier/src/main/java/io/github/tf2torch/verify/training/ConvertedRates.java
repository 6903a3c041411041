package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.RateProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The learning rates of the scheduler that the conversion names, from its state on: each class by
 * its own recurrence (torch/optim/lr_scheduler.py, {@code get_lr}), and {@code LambdaLR} by the
 * formula that model.py has in {@code learning_rate}.
 */
final class ConvertedRates {
  private final JsonNode scheduler;
  private final JsonNode arguments;
  private final JsonNode settings;

  private ConvertedRates(JsonNode scheduler) {
    this.scheduler = scheduler;
    this.arguments = scheduler.path("arguments");
    this.settings = scheduler.path("settings");
  }

  /**
   * Empty where the conversion has no scheduler.
   *
   * @param optimizer of {@code conversion.json}
   */
  static Optional<ConvertedRates> of(JsonNode optimizer) {
    return optimizer.has("scheduler")
        ? Optional.of(new ConvertedRates(optimizer.path("scheduler")))
        : Optional.empty();
  }

  String className() {
    return scheduler.path("class").asText();
  }

  /** Of so many steps from the hand-over on. */
  List<Double> next(int steps) {
    List<Double> rates = new ArrayList<>();
    double rate = scheduler.path("lr").asDouble();
    long epoch = scheduler.path("state").path("last_epoch").asLong();
    for (int i = 0; i < steps; i++) {
      if (i > 0) {
        rate = after(rate, ++epoch);
      }
      rates.add(rate);
    }
    return List.copyOf(rates);
  }

  /** The rate of an epoch, from that of the one before. */
  private double after(double rate, long epoch) {
    double gamma = argument("gamma");
    return switch (className()) {
      case "ExponentialLR" -> rate * gamma;
      case "StepLR" -> epoch % Math.round(argument("step_size")) == 0 ? rate * gamma : rate;
      case "MultiStepLR" -> {
        int times = 0;
        for (JsonNode milestone : arguments.path("milestones")) {
          times += milestone.asLong() == epoch ? 1 : 0;
        }
        yield rate * Math.pow(gamma, times);
      }
      case "PolynomialLR" -> {
        double total = argument("total_iters");
        yield epoch > total
            ? rate
            : rate * Math.pow((1 - epoch / total) / (1 - (epoch - 1) / total), argument("power"));
      }
      case "LinearLR" -> {
        double total = argument("total_iters");
        double start = argument("start_factor");
        double change = argument("end_factor") - start;
        yield epoch > total ? rate : rate * (1 + change / (total * start + (epoch - 1) * change));
      }
      case "CosineAnnealingWarmRestarts" -> warmRestarts(epoch);
      case "LambdaLR" -> function(epoch);
      default -> Double.NaN;
    };
  }

  private double argument(String name) {
    return arguments.path(name).asDouble(Double.NaN);
  }

  private double warmRestarts(long epoch) {
    long length = Math.round(argument("T_0"));
    long longer = Math.round(argument("T_mult"));
    long at = epoch;
    while (at >= length) {
      at -= length;
      length *= longer;
    }
    double least = argument("eta_min");
    double base = scheduler.path("initial_lr").asDouble();
    return least + (base - least) * (1 + Math.cos(Math.PI * at / length)) / 2;
  }

  private double function(long step) {
    double first = setting("initial_learning_rate", Double.NaN);
    double steps = setting("decay_steps", Double.NaN);
    double passed =
        settings.path("staircase").asBoolean() ? Math.floor(step / steps) : step / steps;
    return switch (scheduler.path("kind").asText()) {
      case "ExponentialDecay" -> first * Math.pow(setting("decay_rate", Double.NaN), passed);
      case "InverseTimeDecay" -> first / (1 + setting("decay_rate", Double.NaN) * passed);
      case "PiecewiseConstantDecay" -> piecewise(step);
      case "PolynomialDecay" -> polynomial(first, steps, step);
      case "CosineDecay" -> cosine(first, steps, step);
      case "CosineDecayRestarts" -> restarts(first, step);
      case RateProgram.KIND -> RateProgram.of(OptimizerNumbers.of(settings)).at(step);
      default -> Double.NaN;
    };
  }

  private double piecewise(long step) {
    int place = 0;
    for (JsonNode boundary : settings.path("boundaries")) {
      place += step > boundary.asDouble() ? 1 : 0;
    }
    return settings.path("values").path(place).asDouble(Double.NaN);
  }

  private double polynomial(double first, double steps, long step) {
    double end = setting("end_learning_rate", 1e-4);
    double length =
        settings.path("cycle").asBoolean() ? steps * Math.max(1, Math.ceil(step / steps)) : steps;
    double left = 1 - Math.min(step, length) / length;
    return (first - end) * Math.pow(left, setting("power", 1)) + end;
  }

  private double cosine(double first, double steps, long step) {
    double alpha = setting("alpha", 0);
    double top = setting("warmup_target", first);
    double at = step;
    if (settings.path("warmup_target").isNumber()) {
      double warmup = setting("warmup_steps", 0);
      if (at < warmup) {
        return first + (top - first) * at / warmup;
      }
      at -= warmup;
    }
    double done = Math.min(at / steps, 1);
    return top * ((1 - alpha) * (1 + Math.cos(Math.PI * done)) / 2 + alpha);
  }

  private double restarts(double first, long step) {
    double start = 0;
    double length = setting("first_decay_steps", Double.NaN);
    double height = 1;
    while (step >= start + length) {
      start += length;
      length *= setting("t_mul", 2);
      height *= setting("m_mul", 1);
    }
    double alpha = setting("alpha", 0);
    double wave = (1 + Math.cos(Math.PI * (step - start) / length)) / 2;
    return first * ((1 - alpha) * height * wave + alpha);
  }

  private double setting(String name, double standard) {
    return settings.path(name).isNumber() ? settings.path(name).asDouble() : standard;
  }
}
