package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Steps of TF1 that shrink the weights by l1 and l2 behind them; PyTorch has them not. */
final class ProximalAdagrad implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("ProximalAdagrad", "ProximalGradientDescent");
  }

  /** core/kernels/training_ops.cc, ApplyProximalAdagrad and ApplyProximalGradientDescent. */
  @Override
  public Mapping map(Given given) {
    boolean isAdaptive = given.kind().equals("ProximalAdagrad");
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "l1", given.settled(0, true, "l1_regularization_strength"),
            "l2", given.settled(0, true, "l2_regularization_strength"));
    RuleText text =
        new RuleText("TensorFlow" + given.kind(), given.kind() + " as TensorFlow 1 steps it.")
            .setting("lr", 0.001)
            .setting("l1", 0)
            .setting("l2", 0);
    if (isAdaptive) {
      text.state("accumulator", 0.1)
          .each("accumulator = accumulator + g * g")
          .each("rate = lr / sqrt(accumulator)");
    } else {
      text.each("rate = lr * ones_like(p)");
    }
    text.each("moved = p - rate * g")
        .each("size = clamp(abs(moved) - rate * l1, 0)")
        .each("p = sign(moved) * size / (1 + l2 * rate)");
    List<SlotUse> slots =
        isAdaptive ? List.of(SlotUse.of("accumulator", 0.1, "accumulator")) : List.of();
    return Mapping.own(text.rule(), numbers, slots);
  }
}
