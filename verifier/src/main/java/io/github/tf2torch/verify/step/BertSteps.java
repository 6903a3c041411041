package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.List;
import java.util.regex.Pattern;

/**
 * BERT's Adam, whose numbers are in no file: they are those of its {@code create_optimizer}
 * (google-research/bert, optimization.py).
 */
final class BertSteps {
  private static final List<Pattern> EXCLUDED =
      List.of(Pattern.compile("LayerNorm"), Pattern.compile("layer_norm"), Pattern.compile("bias"));
  private static final List<Kept> KEPT =
      List.of(
          new Kept("m", List.of("m"), List.of("m"), 0),
          new Kept("v", List.of("v"), List.of("v"), 0));

  private BertSteps() {}

  /** {@code AdamWeightDecayOptimizer.apply_gradients}. */
  static Step adamWeightDecay(Words words) {
    return Begun.uncounted(words, KEPT, b -> b.subtract(b.mul(b.lr(), update(words, b))));
  }

  /** The direction of the step, with the weights' decay in it. */
  static Value update(Words words, Begun b) {
    Value m = b.blended("m", b.g(), words.said("beta_1").orElse(0.9));
    Value v = b.blended("v", b.squared(), words.said("beta_2").orElse(0.999));
    Value epsilon = b.number(words.said("epsilon").orElse(1e-6));
    Value update = b.div(m, b.add(b.sqrt(v), epsilon));
    boolean decays = EXCLUDED.stream().noneMatch(e -> e.matcher(words.variable()).find());
    double rate = words.said("weight_decay_rate").orElse(0.01);
    return decays ? b.add(update, b.mul(b.number(rate), b.p())) : update;
  }
}
