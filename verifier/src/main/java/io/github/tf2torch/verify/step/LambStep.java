package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.List;

/** LAMB: an Adam's step that is made as long as the weights are. */
final class LambStep {
  private static final List<Kept> KEPT =
      List.of(KerasSteps.M, new Kept("v", List.of("velocity", "v"), List.of("v"), 0));

  private LambStep() {}

  /** keras/src/optimizers/lamb.py, {@code update_step}. */
  static Step keras(Words words) {
    return Begun.step(
        words,
        KEPT,
        b -> {
          Value m = b.towards("m", b.g(), 1 - KerasSteps.beta(words, 1));
          Value v = b.towards("v", b.squared(), 1 - KerasSteps.beta(words, 2));
          Value hat = b.div(m, b.correction(KerasSteps.beta(words, 1)));
          Value root = b.sqrt(b.div(v, b.correction(KerasSteps.beta(words, 2))));
          subtract(b, b.div(hat, b.add(root, b.number(words.number("epsilon")))));
        });
  }

  /**
   * github.com/ymcui/LAMB_Optimizer_TF, optimization.py, whose slots are {@code lamb_m} and {@code
   * lamb_v}: no bias is corrected, and the decay is in what is made as long as the weights.
   */
  static Step bert(Words words) {
    return Begun.uncounted(words, KEPT, b -> subtract(b, BertSteps.update(words, b)));
  }

  private static void subtract(Begun b, Value update) {
    StepOps ops = b.ops();
    Value length = b.sqrt(ops.whole("Sum", ops.op("Square", b.p())));
    Value stride = b.sqrt(ops.whole("Sum", ops.op("Square", update)));
    Value one = b.number(1);
    Value zero = b.number(0);
    Value moved = ops.op("SelectV2", ops.op("Greater", stride, zero), b.div(length, stride), one);
    Value ratio = ops.op("SelectV2", ops.op("Greater", length, zero), moved, one);
    b.subtract(b.mul(b.mul(ratio, b.lr()), update));
  }
}
