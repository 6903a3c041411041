package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepFrame;
import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.StepOps.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Keras does around its optimizers' steps: gradients are taken out of the loss's scale,
 * gathered from several batches and clipped; behind the step averages of the weights follow them
 * (keras/src/optimizers/base_optimizer.py, {@code apply} and {@code _backend_apply_gradients};
 * loss_scale_optimizer.py; of Keras 2 optimizer_v2.py, {@code _transform_gradients}).
 */
final class Frame implements StepFrame {
  private static final String GATHERED = "gradient_accumulator";
  private static final String AVERAGE = "average";

  private final Words words;
  private final LossScale scale;
  private final int gathers;
  private final double momentum;
  private final long overwrites;

  private Frame(Words words) {
    this.words = words;
    this.scale = LossScale.of(words);
    this.gathers = words.gathers();
    this.momentum =
        words.isKeras() && words.flag("use_ema") ? words.said("ema_momentum").orElse(0.99) : -1;
    this.overwrites = Math.round(words.said("ema_overwrite_frequency").orElse(0));
  }

  /** Of TF1 a graph says it, and steps by itself. */
  static StepFrame of(Words words) {
    return words.isTf1() ? StepFrame.NONE : new Frame(words);
  }

  private boolean isAveraging() {
    return momentum >= 0;
  }

  @Override
  public Map<String, Double> slots() {
    Map<String, Double> slots = new LinkedHashMap<>();
    if (gathers > 1) {
      slots.put(GATHERED, 0.0);
    }
    if (isAveraging()) {
      slots.put(AVERAGE, 0.0);
    }
    return slots;
  }

  @Override
  public void before(List<StepOps> variables) {
    for (StepOps ops : variables) {
      if (scale.isThere()) {
        Value scaled = ops.op("Mul", ops.gradient(), ops.fed("loss_scale"));
        ops.gradient(ops.op("RealDiv", scaled, ops.fed("loss_scale")));
      }
      if (gathers > 1) {
        Value all = ops.op("AddV2", ops.gradient(), ops.read(ops.slot(GATHERED)));
        ops.into("gather");
        ops.assign(ops.slot(GATHERED), all);
        ops.into("empty");
        ops.assign(ops.slot(GATHERED), ops.op("ZerosLike", all));
        ops.gradient(ops.op("RealDiv", all, ops.number(gathers)));
      }
    }
    clip(variables);
  }

  /** Keras 3 takes the first of these that is on, Keras 2 all, {@code clipvalue} first. */
  private void clip(List<StepOps> variables) {
    double each = words.said("clipnorm").orElse(0);
    double all = words.said("global_clipnorm").orElse(0);
    double most = words.said("clipvalue").orElse(0);
    if (most > 0 && (!words.isKeras() || each <= 0 && all <= 0)) {
      variables.forEach(o -> o.gradient(clamped(o, most)));
    }
    if (each > 0) {
      variables.forEach(o -> o.gradient(ofNorm(o, each)));
    }
    if (all > 0 && (!words.isKeras() || each <= 0)) {
      byAll(variables, all);
    }
  }

  private static Value clamped(StepOps ops, double most) {
    return ops.op("ClipByValue", ops.gradient(), ops.number(-most), ops.number(most));
  }

  /** {@code _clip_by_norm}; tf.clip_by_norm has the same operations. */
  private static Value ofNorm(StepOps ops, double most) {
    Value sum = ops.whole("Sum", ops.op("Square", ops.gradient()));
    Value norm = ops.op("Maximum", ops.op("Sqrt", sum), ops.number(most));
    return ops.op("RealDiv", ops.op("Mul", ops.gradient(), ops.number(most)), norm);
  }

  /** {@code clip_by_global_norm}. */
  private static void byAll(List<StepOps> variables, double most) {
    StepOps one = variables.get(0);
    Value sum = one.number(0);
    for (StepOps ops : variables) {
      sum = one.op("AddV2", sum, ops.whole("Sum", ops.op("Square", ops.gradient())));
    }
    Value inverse = one.op("RealDiv", one.number(1), one.op("Sqrt", sum));
    Value least = one.op("Minimum", inverse, one.op("RealDiv", one.number(1), one.number(most)));
    Value share = one.op("Mul", one.number(most), least);
    variables.forEach(o -> o.gradient(o.op("Mul", o.gradient(), share)));
  }

  @Override
  public void behind(StepOps ops) {
    if (!isAveraging()) {
      return;
    }
    ops.into(AVERAGE);
    Value now = ops.fed("ema_momentum");
    Value kept = ops.op("Mul", now, ops.read(ops.slot(AVERAGE)));
    Value rest = ops.op("Sub", ops.number(1), now);
    ops.assign(
        ops.slot(AVERAGE), ops.op("AddV2", kept, ops.op("Mul", rest, ops.read(ops.variable()))));
    ops.into("overwrite");
    ops.assign(ops.variable(), ops.read(ops.slot(AVERAGE)));
  }

  /** Keras counts batches, and takes a step for as many as it gathers. */
  private long steps(int done) {
    return (words.batches() + done) / gathers;
  }

  @Override
  public List<String> runs(int done) {
    List<String> runs = new ArrayList<>();
    if (gathers == 1) {
      runs.add(STEP);
    } else if ((words.batches() + done + 1) % gathers == 0) {
      runs.addAll(List.of(STEP, "empty"));
    } else {
      runs.add("gather");
    }
    if (isAveraging()) {
      runs.add(AVERAGE);
      if (overwrites > 0 && (steps(done) + 1) % overwrites == 0) {
        runs.add("overwrite");
      }
    }
    return runs;
  }

  @Override
  public Map<String, Double> numbers(int done) {
    // the average begins as the weights are
    return Map.of("loss_scale", scale.at(done), "ema_momentum", steps(done) == 0 ? 0 : momentum);
  }
}
