package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lion, which steps by signs alone; PyTorch has it not. */
final class Lion implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Lion");
  }

  /** keras/src/optimizers/lion.py, {@code update_step}. */
  @Override
  public Mapping map(Given given) {
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "beta1", given.rounded(0.9, "beta_1"),
            "beta2", given.rounded(0.99, "beta_2"));
    RuleText text =
        new RuleText("KerasLion", "Lion as Keras steps it.")
            .setting("lr", 0.001)
            .setting("beta1", 0.9)
            .setting("beta2", 0.99)
            .state("m", 0);
    KerasOptions.begin(text, given, numbers)
        .each("p = p - lr * sign(m * beta1 + g * (1 - beta1))")
        .each("m = m * beta2 + g * (1 - beta2)");
    return Mapping.own(text.rule(), numbers, List.of(SlotUse.of("m", 0, "momentum", "m")));
  }
}
