package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** LAMB: Adam's step, as long as the weights are; PyTorch has it not. */
final class Lamb implements Family {
  @Override
  public Set<String> kinds() {
    return Set.of("Lamb", "LAMB");
  }

  @Override
  public Mapping map(Given given) {
    return given.dialect() == Dialect.TF1 ? bert(given) : keras(given);
  }

  /**
   * github.com/ymcui/LAMB_Optimizer_TF, optimization.py, and its copies, whose slots are {@code
   * lamb_m} and {@code lamb_v}: no bias is corrected, and the decay is in the direction that is
   * made as long as the weights. ALBERT's own has slots by the names of BERT's Adam.
   */
  private static Mapping bert(Given given) {
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "beta1", given.orElse(0.9, false, "beta_1"),
            "beta2", given.orElse(0.999, false, "beta_2"),
            "epsilon", given.orElse(1e-6, false, "epsilon"),
            "weight_decay", given.orElse(0.01, false, "weight_decay_rate"));
    given.assume(
        "beta1 0.9, beta2 0.999, epsilon 1e-06 and weight_decay 0.01, none for LayerNorm and bias,"
            + " as it is trained with; a checkpoint does not say");
    RuleText text =
        new RuleText("BertLamb", "LAMB of BERT's training: no bias correction.")
            .setting("lr", 0.001)
            .setting("beta1", 0.9)
            .setting("beta2", 0.999)
            .setting("epsilon", 1e-6)
            .setting("weight_decay", 0.01)
            .state("m", 0)
            .state("v", 0)
            .each("m = beta1 * m + (1 - beta1) * g")
            .each("v = beta2 * v + (1 - beta2) * (g * g)")
            .each("update = m / (sqrt(v) + epsilon) + weight_decay * p")
            .each("length = norm(p)")
            .each("stride = norm(update)")
            .each("ratio = where(gt(length, 0), where(gt(stride, 0), length / stride, 1.0), 1.0)")
            .each("p = p - ratio * lr * update");
    return Mapping.own(
            text.rule(), numbers, List.of(SlotUse.of("m", 0, "m"), SlotUse.of("v", 0, "v")))
        .withExclusion(
            Optional.of(
                new Mapping.Exclusion(
                    AdamWeightDecay.EXCLUDED, Mapping.numbers("weight_decay", 0.0))));
  }

  /** keras/src/optimizers/lamb.py, {@code update_step}. */
  private static Mapping keras(Given given) {
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
