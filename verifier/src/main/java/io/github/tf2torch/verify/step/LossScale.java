package io.github.tf2torch.verify.step;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Config.Absent;

/**
 * By what a loss is multiplied, so that small gradients do not vanish in float16: a number, or one
 * that doubles behind so many steps in which all was finite
 * (keras/src/optimizers/loss_scale_optimizer.py).
 *
 * @param now 0 where there is none
 * @param growth 0 where it stays
 * @param grown how many such steps there were since it last changed
 */
record LossScale(double now, long growth, long grown) {
  static LossScale of(Words words) {
    Config scaling = words.config("loss_scale");
    if (scaling instanceof Absent) {
      return new LossScale(words.said("loss_scale_factor").orElse(0), 0, 0);
    }
    double first = number(scaling, "initial_scale", 32768);
    boolean isFixed = scaling.get("dynamic").filter(new Config.Bool(false)::equals).isPresent();
    return isFixed
        ? new LossScale(first, 0, 0)
        : new LossScale(
            words.counter("(dynamic_scale|current_loss_scale)", first),
            Math.round(number(scaling, "dynamic_growth_steps", 2000)),
            Math.round(words.counter("(step_counter|good_steps)", 0)));
  }

  private static double number(Config from, String key, double standard) {
    Config value = from.get(key).orElse(new Absent());
    return value instanceof Config.Real real
        ? real.value()
        : value instanceof Config.Whole whole ? whole.value() : standard;
  }

  boolean isThere() {
    return now > 0;
  }

  /** After so many steps. */
  LossScale after(int steps) {
    LossScale scale = this;
    for (int i = 0; i < steps && growth > 0; i++) {
      scale =
          scale.grown == growth - 1
              ? new LossScale(2 * scale.now, growth, 0)
              : new LossScale(scale.now, growth, scale.grown + 1);
    }
    return scale;
  }

  double at(int steps) {
    return after(steps).now;
  }
}
