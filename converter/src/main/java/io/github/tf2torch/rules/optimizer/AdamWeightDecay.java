package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.rules.optimizer.Mapping.Exclusion;
import io.github.tf2torch.rules.optimizer.Mapping.SlotUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * BERT's Adam: no bias is corrected, and weights decay but for those of normalization and biases.
 */
final class AdamWeightDecay implements Family {
  /** google-research/bert, optimization.py, {@code create_optimizer}. */
  static final Pattern EXCLUDED = Pattern.compile("LayerNorm|layer_norm|bias");

  private static final String SAID =
      "beta1 0.9, beta2 0.999, epsilon 1e-06 and weight_decay 0.01, none for LayerNorm and bias,"
          + " as BERT's create_optimizer has it; a checkpoint does not say, nor whether it was"
          + " ALBERT's LAMBOptimizer, whose slots have the same names and whose steps are others";

  private static final double EPSILON = 1e-6;

  @Override
  public Set<String> kinds() {
    return Set.of("AdamWeightDecay", "AdamWeightDecayOptimizer", "BERTAdam");
  }

  /** google-research/bert, optimization.py, {@code apply_gradients}. */
  @Override
  public Mapping map(Given given) {
    double decay = given.orElse(0.01, false, "weight_decay_rate");
    Map<String, Config> numbers =
        Mapping.numbers(
            "lr", given.learningRate(0.001),
            "beta1", given.orElse(0.9, false, "beta_1"),
            "beta2", given.orElse(0.999, false, "beta_2"),
            "epsilon", given.orElse(EPSILON, false, "epsilon"),
            "weight_decay", decay);
    boolean isTold = given.optional("weight_decay_rate").isPresent(); // by the graph
    if (!isTold) {
      given.assume(SAID);
    }
    RuleText text =
        new RuleText("BertAdam", "Adam of BERT's training: no bias correction, decoupled decay.")
            .setting("lr", 0.001)
            .setting("beta1", 0.9)
            .setting("beta2", 0.999)
            .setting("epsilon", EPSILON)
            .setting("weight_decay", 0.01)
            .state("m", 0)
            .state("v", 0)
            .each("m = beta1 * m + (1 - beta1) * g")
            .each("v = beta2 * v + (1 - beta2) * (g * g)")
            .each("update = m / (sqrt(v) + epsilon) + weight_decay * p")
            .each("p = p - lr * update");
    return Mapping.own(
            text.rule(), numbers, List.of(SlotUse.of("m", 0, "m"), SlotUse.of("v", 0, "v")))
        .withExclusion(
            isTold
                ? Optional.empty()
                : Optional.of(new Exclusion(EXCLUDED, Mapping.numbers("weight_decay", 0.0))));
  }
}
