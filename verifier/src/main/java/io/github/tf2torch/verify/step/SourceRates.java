package io.github.tf2torch.verify.step;

import io.github.tf2torch.model.source.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The learning rates of a source's schedule, in float32 as TensorFlow computes them
 * (keras/src/optimizers/schedules/learning_rate_schedule.py; Keras 2's {@code decay} is
 * optimizer_v2.py, {@code _decayed_lr}).
 */
public final class SourceRates {
  private static final float PI = (float) Math.PI;

  private final String kind;
  private final Config config;
  private final long done;

  private SourceRates(String kind, Config config, long done) {
    this.kind = kind;
    this.config = config;
    this.done = done;
  }

  /** Empty where the rate stays, or follows what is none of Keras's schedules. */
  public static Optional<SourceRates> of(Words words) {
    long done = Math.round(words.iterations());
    for (String name : List.of("learning_rate", "lr")) {
      Config value = words.config(name);
      Optional<String> kind = value.get("class_name").flatMap(Config::text);
      if (kind.isPresent()) {
        Config config = value.get("config").orElse(new Config.Absent());
        SourceRates rates = new SourceRates(kind.get(), config, done);
        return rates.rate(done).isPresent() ? Optional.of(rates) : Optional.empty();
      }
      if (words.decays() && words.said(name).isPresent()) {
        Config config =
            new Config.Fields(
                Map.of(
                    "initial_learning_rate", new Config.Real(words.said(name).getAsDouble()),
                    "decay_steps", new Config.Real(1),
                    "decay_rate", new Config.Real(words.said("decay").orElse(0))));
        return Optional.of(new SourceRates("InverseTimeDecay", config, done));
      }
    }
    return Optional.empty();
  }

  /** Whether the rate follows what is none of Keras's schedules, such as operations of a graph. */
  public static boolean isUnknown(Words words) {
    return of(words).isEmpty()
        && List.of("learning_rate", "lr").stream()
            .anyMatch(name -> words.config(name).get("class_name").isPresent());
  }

  /** Of a step, counted from 0 at the hand-over. */
  public double at(int step) {
    return rate(done + step).orElseThrow();
  }

  private OptionalDouble rate(long step) {
    return switch (kind) {
      case "ExponentialDecay" ->
          OptionalDouble.of(first() * power(number("decay_rate"), passed(step)));
      case "InverseTimeDecay" ->
          OptionalDouble.of(first() / (1 + number("decay_rate") * passed(step)));
      case "PolynomialDecay" -> OptionalDouble.of(polynomial(step));
      case "CosineDecay" -> OptionalDouble.of(cosine(step));
      case "CosineDecayRestarts" -> OptionalDouble.of(restarts(step));
      case "PiecewiseConstantDecay" -> OptionalDouble.of(piecewise(step));
      default -> OptionalDouble.empty();
    };
  }

  private float first() {
    return number("initial_learning_rate");
  }

  private static float power(float base, float exponent) {
    return (float) Math.pow(base, exponent);
  }

  private float passed(long step) {
    float p = step / number("decay_steps");
    return config.get("staircase").filter(new Config.Bool(true)::equals).isPresent()
        ? (float) Math.floor(p)
        : p;
  }

  private float polynomial(long step) {
    float end = number("end_learning_rate", 1e-4f);
    float steps = number("decay_steps");
    float at = step;
    if (config.get("cycle").filter(new Config.Bool(true)::equals).isPresent()) {
      steps *= at == 0 ? 1 : (float) Math.ceil(at / steps);
    } else {
      at = Math.min(at, steps);
    }
    return (first() - end) * power(1 - at / steps, number("power", 1)) + end;
  }

  private float cosine(long step) {
    float steps = number("decay_steps");
    float target = number("warmup_target", Float.NaN);
    if (Float.isNaN(target)) {
      return falling(Math.min(step, steps) / steps, first());
    }
    float warmup = number("warmup_steps", 0);
    float at = Math.min(step, steps + warmup);
    return at < warmup
        ? (target - first()) * (at / warmup) + first()
        : falling((at - warmup) / steps, target);
  }

  private float falling(float done, float from) {
    float alpha = number("alpha", 0);
    float wave = 0.5f * (1 + (float) Math.cos(PI * done));
    return from * ((1 - alpha) * wave + alpha);
  }

  private float restarts(long step) {
    float longer = number("t_mul", 2);
    float part = step / number("first_decay_steps");
    float restart;
    if (longer == 1) {
      restart = (float) Math.floor(part);
      part -= restart;
    } else {
      // in float64, where float32 rounds the number of a restart down to the one before
      double power = Math.log(1 - part * (1.0 - longer)) / Math.log(longer);
      restart = (float) Math.floor(power + 1e-6);
      part = (part - (1 - power(longer, restart)) / (1 - longer)) / power(longer, restart);
    }
    float alpha = number("alpha", 0);
    float wave = 0.5f * power(number("m_mul", 1), restart) * (1 + (float) Math.cos(PI * part));
    return first() * ((1 - alpha) * wave + alpha);
  }

  private float piecewise(long step) {
    List<Config> boundaries = items("boundaries");
    int at = 0;
    while (at < boundaries.size() && step > real(boundaries.get(at))) {
      at++;
    }
    return (float) real(items("values").get(at));
  }

  private List<Config> items(String key) {
    return config.get(key).orElse(new Config.Absent()) instanceof Config.Items items
        ? items.values()
        : List.of();
  }

  private float number(String key) {
    return number(key, Float.NaN);
  }

  private float number(String key, float standard) {
    double found = real(config.get(key).orElse(new Config.Absent()));
    return Double.isNaN(found) ? standard : (float) found;
  }

  private static double real(Config value) {
    return value instanceof Config.Real real
        ? real.value()
        : value instanceof Config.Whole whole ? whole.value() : Double.NaN;
  }
}
