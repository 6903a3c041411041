package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.List;

/** Follow the regularized leader: by kernels in TF1 and Keras 2, by operations in Keras 3. */
final class FtrlStep {
  private static final String POWER = "learning_rate_power";
  private static final String L1 = "l1_regularization_strength";
  private static final String L2 = "l2_regularization_strength";
  private static final String SHRINKAGE = "l2_shrinkage_regularization_strength";

  private FtrlStep() {}

  private static List<Kept> kept(Words words) {
    double first = words.said("initial_accumulator_value").orElse(0.1);
    List<String> names = List.of("accumulator");
    return List.of(
        new Kept("accumulator", List.of("accumulator", "accum"), names, first),
        new Kept("linear", List.of("linear"), List.of("linear"), 0));
  }

  /**
   * python/training/ftrl.py and optimizer_v2/ftrl.py: {@code beta} is a part of {@code l2}, and
   * shrinkage has a kernel of its own.
   */
  static Step kernel(Words words) {
    return Step.of(
        kept(words),
        ops -> {
          Value lr = ops.fed("lr");
          Value beta =
              ops.op(
                  "RealDiv", ops.number(single(words, "beta")), ops.op("Mul", ops.number(2), lr));
          Value l2 = ops.op("AddV2", ops.number(single(words, L2)), beta);
          double shrinkage = single(words, SHRINKAGE);
          Value power = ops.number((float) words.said(POWER).orElse(-0.5));
          Value[] first = {ops.variable(), ops.slot("accumulator"), ops.slot("linear")};
          Value l1 = ops.number(single(words, L1));
          if (shrinkage <= 0) {
            ops.kernel(
                "ResourceApplyFtrl",
                first[0],
                first[1],
                first[2],
                ops.gradient(),
                lr,
                l1,
                l2,
                power);
          } else {
            ops.kernel(
                "ResourceApplyFtrlV2",
                first[0],
                first[1],
                first[2],
                ops.gradient(),
                lr,
                l1,
                l2,
                ops.number(shrinkage),
                power);
          }
        });
  }

  private static float single(Words words, String name) {
    return (float) words.said(name).orElse(0);
  }

  /** keras/src/optimizers/ftrl.py, {@code update_step}. */
  static Step keras(Words words) {
    return Begun.uncounted(words, kept(words), b -> keras(words, b));
  }

  private static void keras(Words words, Begun b) {
    StepOps ops = b.ops();
    Value power = b.number(-words.said(POWER).orElse(-0.5));
    Value beta = b.div(b.number(words.said("beta").orElse(0)), b.mul(b.number(2), b.lr()));
    Value l2 = b.add(b.number(words.said(L2).orElse(0)), beta);
    Value l1 = b.number(words.said(L1).orElse(0));
    Value shrunk = b.mul(b.number(2 * words.said(SHRINKAGE).orElse(0)), b.p());
    Value held = b.slot("accumulator");
    Value grown = b.next("accumulator", b.add(held, b.squared()));
    Value root = ops.op("Pow", grown, power);
    Value sigma = b.div(b.sub(root, ops.op("Pow", held, power)), b.lr());
    Value change = b.sub(b.add(b.g(), shrunk), b.mul(sigma, b.p()));
    Value linear = b.next("linear", b.add(b.slot("linear"), change));
    Value quadratic = b.add(b.div(root, b.lr()), b.mul(b.number(2), l2));
    Value clipped = ops.op("ClipByValue", linear, ops.op("Neg", l1), l1);
    ops.assign(ops.variable(), b.div(b.sub(clipped, linear), quadratic));
  }
}
