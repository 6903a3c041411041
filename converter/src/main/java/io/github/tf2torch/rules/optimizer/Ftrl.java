package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Follow the regularized leader, which PyTorch has not. */
final class Ftrl implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Ftrl");
  }

  /** keras/src/optimizers/ftrl.py; core/kernels/training_ops.cc, ApplyFtrl and ApplyFtrlV2. */
  @Override
  public Mapping map(Given given) {
    boolean isRounded = given.dialect() != Dialect.KERAS;
    double first = given.optional("initial_accumulator_value").orElse(0.1);
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "power", -given.settled(-0.5, isRounded, "learning_rate_power"),
            "l1", given.settled(0, isRounded, "l1_regularization_strength"),
            "l2", given.settled(0, isRounded, "l2_regularization_strength"),
            "shrinkage", given.orElse(0, isRounded, "l2_shrinkage_regularization_strength"),
            "beta", given.orElse(0, isRounded, "beta"));
    RuleText text =
        new RuleText("TensorFlowFtrl", "Follow the regularized leader, as TensorFlow steps it.")
            .setting("lr", 0.001)
            .setting("power", 0.5)
            .setting("l1", 0)
            .setting("l2", 0)
            .setting("shrinkage", 0)
            .setting("beta", 0)
            .state("accumulator", first)
            .state("linear", 0);
    KerasOptions.begin(text, given, numbers)
        .before("ridge = 2 * (l2 + beta / (2 * lr))")
        .each("grown = accumulator + g * g")
        .each("sigma = (grown ** power - accumulator ** power) / lr")
        .each("linear = linear + (g + 2 * shrinkage * p - sigma * p)")
        .each("p = (clamp(linear, -l1, l1) - linear) / (grown ** power / lr + ridge)")
        .each("accumulator = grown");
    return Mapping.own(
        text.rule(),
        numbers,
        List.of(
            SlotUse.of("accumulator", first, "accum", "accumulator"),
            SlotUse.of("linear", 0, "linear")));
  }
}
