package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** LAMB: Adam's step, as long as the weights are; PyTorch has it not. */
final class Lamb implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Lamb");
  }

  /** keras/src/optimizers/lamb.py, {@code update_step}. */
  @Override
  public Mapping map(Given given) {
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "beta1", given.number(0.9, "beta_1"),
            "beta2", given.number(0.999, "beta_2"),
            "epsilon", given.number(1e-7, "epsilon"),
            "step", given.countedSteps());
    RuleText text =
        new RuleText("KerasLamb", "LAMB as Keras steps it.")
            .setting("lr", 0.001)
            .setting("beta1", 0.9)
            .setting("beta2", 0.999)
            .setting("epsilon", 1e-7)
            .state("m", 0)
            .state("v", 0);
    KerasOptions.begin(text, given, numbers)
        .counting()
        .before("correction1 = 1 - float32(beta1) ** step")
        .before("correction2 = 1 - float32(beta2) ** step")
        .each("m = m + (g - m) * (1 - beta1)")
        .each("v = v + (g * g - v) * (1 - beta2)")
        .each("update = m / correction1 / (sqrt(v / correction2) + epsilon)")
        .each("length = norm(p)")
        .each("stride = norm(update)")
        .each("ratio = where(gt(length, 0), where(gt(stride, 0), length / stride, 1.0), 1.0)")
        .each("p = p - ratio * lr * update");
    return Mapping.own(
        text.rule(),
        numbers,
        List.of(SlotUse.of("m", 0, "momentum", "m"), SlotUse.of("v", 0, "velocity", "v")));
  }
}
