package io.github.tf2torch.verify.step;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.List;
import java.util.Map;

/** Nadam, whose momentum follows a schedule; neither Keras has a kernel for it. */
final class NadamStep {
  private static final Kept V = new Kept("v", List.of("velocity", "v"), List.of("v"), 0);
  private static final String KEPT = "(u_product|momentum_cache|m_schedule)";

  private NadamStep() {}

  /**
   * keras/src/optimizers/nadam.py, {@code update_step} and {@code _backend_update_step}; TensorFlow
   * 2.11 to 2.15, which alone write {@code is_legacy_optimizer}, have the product in float32 as
   * well.
   */
  static Step keras(Words words) {
    if (!(words.config("is_legacy_optimizer") instanceof Config.Absent)) {
      return step(words, 1, (by, step) -> factor(words, step));
    }
    double exact = words.number("beta_1", "beta1");
    return step(words, 1, (share, step) -> exact * (1 - 0.5 * Math.pow(0.96, step)));
  }

  /** optimizer_v2/nadam.py, {@code _prepare_local} and {@code _resource_apply_dense}. */
  static Step keras2(Words words) {
    double share = words.said("schedule_decay").orElseGet(() -> words.said("decay").orElse(0.004));
    return step(words, share, (by, step) -> factor(words, by * step));
  }

  /** By how much the product of all momenta changes at a step. */
  private interface Growth {
    double at(double share, double step);
  }

  private static double factor(Words words, double power) {
    float beta1 = (float) words.number("beta_1", "beta1");
    return beta1 * (1 - 0.5 * Math.pow(0.96f, power));
  }

  private static double product(Words words, double share, Growth growth, int done) {
    double first = 1;
    for (double step = 1; step <= words.iterations(); step++) {
      first *= factor(words, share * step);
    }
    double product = words.stored(KEPT).orElse(first);
    for (int i = 0; i <= done; i++) {
      product *= growth.at(share, words.iterations() + 1 + i);
    }
    return product;
  }

  private static Step step(Words words, double share, Growth growth) {
    return new Step(
        List.of(KerasSteps.M, V),
        done -> {
          double step = words.iterations() + 1 + done;
          return Map.of(
              "step", step,
              "now", factor(words, share * step),
              "next", factor(words, share * (step + 1)),
              "product", product(words, share, growth, done));
        },
        ops -> {
          Begun b = Begun.of(words, ops);
          double beta1 = (float) words.number("beta_1", "beta1");
          double beta2 = (float) words.number("beta_2", "beta2");
          Value one = b.number(1);
          Value ahead = b.sub(one, b.mul(ops.fed("product"), ops.fed("next")));
          Value m = b.towards("m", b.g(), 1 - beta1);
          Value v = b.towards("v", b.squared(), 1 - beta2);
          Value mean = b.div(b.mul(ops.fed("next"), m), ahead);
          Value fresh = b.mul(b.sub(one, ops.fed("now")), b.g());
          Value hat = b.add(mean, b.div(fresh, b.sub(one, ops.fed("product"))));
          Value size = b.sqrt(b.div(v, b.correction(beta2)));
          Value epsilon = b.number(words.number("epsilon"));
          b.subtract(b.div(b.mul(hat, b.lr()), b.add(size, epsilon)));
        });
  }
}
