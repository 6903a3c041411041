package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Adamax. TensorFlow adds epsilon to the norm where it divides by it, PyTorch to the gradient's
 * size where the norm is taken.
 */
final class Adamax implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Adamax", "AdaMax");
  }

  /** keras/src/optimizers/adamax.py; core/kernels/training_ops.cc, ApplyAdaMax. */
  @Override
  public Mapping map(Given given) {
    boolean isRounded = given.dialect() != Dialect.KERAS;
    boolean isTf1 = given.dialect() == Dialect.TF1;
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "beta1", given.settled(0.9, isRounded, "beta1", "beta_1"),
            "beta2", given.settled(0.999, isRounded, "beta2", "beta_2"),
            "epsilon", given.settled(isTf1 ? 1e-8 : 1e-7, isTf1, "epsilon"));
    RuleText text =
        new RuleText(
                isTf1 ? "TensorFlowAdamax" : "KerasAdamax",
                "Adamax as TensorFlow steps it: epsilon is added to the norm.")
            .setting("lr", 0.001)
            .setting("beta1", 0.9)
            .setting("beta2", 0.999)
            .setting("epsilon", isTf1 ? 1e-8 : 1e-7)
            .state("m", 0)
            .state("norm", 0);
    if (isTf1) {
      OptionalDouble power = given.counter("beta1_power");
      if (power.isPresent()) {
        numbers.putAll(Mapping.numbers("beta1_power", power.getAsDouble()));
      }
      text.counter("beta1_power", new Config.Text("beta1"))
          .before("alpha = lr / (1 - beta1_power)")
          .after("beta1_power = float32(beta1_power * beta1)");
    } else {
      numbers.putAll(Mapping.numbers("step", given.countedSteps()));
      KerasOptions.begin(text, given, numbers)
          .counting()
          .before("alpha = lr / (1 - float32(beta1) ** step)");
    }
    text.each("m = m + (g - m) * (1 - beta1)")
        .each("norm = maximum(beta2 * norm, abs(g))")
        .each("p = p - alpha * m / (norm + epsilon)");
    return Mapping.own(
        text.rule(),
        numbers,
        List.of(SlotUse.of("m", 0, "m", "momentum"), SlotUse.of("norm", 0, "v", "u", "norm")));
  }
}
