package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Nadam, whose momentum follows a schedule of powers of 0.96. TensorFlow has that number and the
 * betas as float32, PyTorch as float64; since 2.11 Keras has no factor in the exponent.
 */
final class Nadam implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Nadam");
  }

  /** keras/src/optimizers/nadam.py; tensorflow/python/keras/optimizer_v2/nadam.py. */
  @Override
  public Mapping map(Given given) {
    boolean isOld = given.dialect() != Dialect.KERAS;
    // What only TensorFlow 2.11 to 2.15 write; Keras 3 has the product alone in float64.
    boolean isKeras2 = !(given.config("is_legacy_optimizer") instanceof Config.Absent);
    double decay =
        isOld ? given.optional("schedule_decay").orElse(given.number(0.004, "decay")) : 1;
    double beta1 = given.settled(0.9, isOld, "beta_1");
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "beta1", beta1,
            "beta2", given.settled(0.999, isOld, "beta_2"),
            "epsilon", given.number(1e-7, "epsilon"),
            "momentum_decay", decay,
            "step", given.countedSteps(),
            "product", product(given, beta1, decay));
    RuleText text =
        new RuleText("KerasNadam", "Nadam as Keras steps it, its schedule in float32.")
            .setting("lr", 0.001)
            .setting("beta1", 0.9)
            .setting("beta2", 0.999)
            .setting("epsilon", 1e-7)
            .setting("momentum_decay", decay)
            .state("m", 0)
            .state("v", 0);
    KerasOptions.begin(text, given, numbers)
        .counting()
        .counter("product", new Config.Real(1))
        .before("base = float32(24 / 25)")
        .before("now = float32(beta1) * (1 - 1 / 2 * base ** (momentum_decay * step))")
        .before("next = float32(beta1) * (1 - 1 / 2 * base ** (momentum_decay * (step + 1)))")
        .before(
            isOld || isKeras2
                ? "product = product * now"
                : "product = product * beta1 * (1 - 1 / 2 * (24 / 25) ** step)")
        .before("correction2 = 1 - float32(beta2) ** step")
        .each("m = m + (g - m) * (1 - float32(beta1))")
        .each("v = v + (g * g - v) * (1 - float32(beta2))")
        .each("mean = m * (next / (1 - product * next)) + g * ((1 - now) / (1 - product))")
        .each("p = p - lr * mean / (sqrt(v / correction2) + epsilon)");
    return Mapping.own(
        text.rule(),
        numbers,
        List.of(SlotUse.of("m", 0, "m", "momentum"), SlotUse.of("v", 0, "v", "velocity")));
  }

  /** Of the momenta so far; made again from the steps where the source does not keep it. */
  private static double product(Given given, double beta1, double decay) {
    OptionalDouble kept = given.counter("(u_product|momentum_cache|m_schedule)");
    if (kept.isPresent()) {
      return kept.getAsDouble();
    }
    double product = 1;
    for (long step = 1; step <= given.step() && product > 0; step++) {
      product *= (float) beta1 * (1 - Math.pow(0.96f, decay * step) / 2);
    }
    return product;
  }
}
