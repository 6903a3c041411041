package io.github.tf2torch.write.python;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.TrainingLoop;
import java.util.Map;

/**
 * {@code apply_gradients}: the optimizer's step and what Keras does around it, in Keras's order
 * (keras/src/optimizers/base_optimizer.py, {@code apply} and {@code _backend_apply_gradients}).
 */
final class ApplyGradients {
  private final TrainingLoop loop;
  private final Map<String, Config> around;
  private final PythonText text = new PythonText();

  private ApplyGradients(TrainingLoop loop) {
    this.loop = loop;
    this.around = loop.around();
  }

  /** Nothing where there is nothing around the step. */
  static String print(TrainingLoop loop) {
    return loop.around().isEmpty() ? "" : new ApplyGradients(loop).print();
  }

  private String print() {
    boolean gathers = around.containsKey("gradient_accumulation_steps");
    text.line(0, "").line(0, "").line(0, "@torch.no_grad()");
    boolean isScaled = loop.scaling().isPresent();
    text.line(0, "def apply_gradients(optimizer" + (isScaled ? ", scaler):" : "):"));
    text.line(1, "\"\"\"In the place of optimizer.step(): with what TensorFlow does around it.");
    text.line(0, "");
    text.line(1, "Returns whether it made a step, behind which a scheduler makes one, too.");
    text.line(1, "\"\"\"");
    if (isScaled) {
      text.line(1, "scaler.unscale_(optimizer)  # and scaler.update() comes behind");
    }
    text.line(1, "groups = optimizer.param_groups");
    text.line(
        1, "parameters = [p for group in groups for p in group[\"params\"] if p.grad is not None]");
    if (isScaled) {
      text.line(1, "if not all(p.grad.isfinite().all() for p in parameters):");
      text.line(2, "return False");
    }
    if (loop.isCounting()) {
      text.line(1, "batches = groups[0].get(\"batches\", 0)");
      text.line(1, "groups[0][\"batches\"] = batches + 1");
    }
    if (around.containsKey("loss_scale_factor")) {
      text.line(1, "for p in parameters:  # the loss was multiplied by it before backward()");
      text.line(2, "p.grad.div_(" + number("loss_scale_factor") + ")");
    }
    int depth = gathers ? 2 : 1;
    if (gathers) {
      text.line(1, "is_step = (batches + 1) % " + number("gradient_accumulation_steps") + " == 0");
      text.line(1, "for p in parameters:");
      text.line(2, "own = optimizer.state[p]");
      text.line(2, "gathered = own.pop(\"gradient_accumulator\", 0) + p.grad");
      text.line(2, "if is_step:");
      text.line(3, "p.grad.copy_(gathered / " + number("gradient_accumulation_steps") + ")");
      text.line(2, "else:");
      text.line(3, "own[\"gradient_accumulator\"] = gathered");
    }
    if (around.containsKey("ema_momentum")) {
      text.line(1, "averages = {}");
      text.line(1, "for p in parameters:  # none is in the state where that is made anew");
      text.line(2, "averages[p] = optimizer.state[p].pop(\"average\", p)");
    }
    if (gathers) {
      text.line(1, "if is_step:");
    }
    gradients(depth);
    text.line(depth, isScaled ? "scaler.step(optimizer)" : "optimizer.step()");
    if (around.containsKey("ema_momentum")) {
      averages();
    }
    text.line(1, "return " + (gathers ? "is_step" : "True"));
    return text.toString();
  }

  private void gradients(int depth) {
    if (around.containsKey("clipnorm")) {
      String most = number("clipnorm");
      text.line(depth, "for p in parameters:  # each alone: clip_grad_norm_ goes by all");
      text.line(depth + 1, "p.grad.mul_(" + most + " / p.grad.norm().clamp(min=" + most + "))");
    } else if (around.containsKey("global_clipnorm")) {
      String most = number("global_clipnorm");
      text.line(depth, "if parameters:");
      text.line(depth + 1, "norm = torch.stack([p.grad.norm() for p in parameters]).norm()");
      text.line(depth + 1, "for p in parameters:");
      text.line(depth + 2, "p.grad.mul_(" + most + " / norm.clamp(min=" + most + "))");
    } else if (around.containsKey("clipvalue")) {
      String most = number("clipvalue");
      text.line(depth, "for p in parameters:");
      text.line(depth + 1, "p.grad.clamp_(-" + most + ", " + most + ")");
    }
    if (around.containsKey("weight_decay")) {
      text.line(depth, "for group in groups:");
      text.line(depth + 1, "for p in group[\"params\"]:");
      text.line(depth + 2, "if p.grad is not None:");
      text.line(depth + 3, "p.mul_(1 - " + number("weight_decay") + " * group[\"lr\"])");
    }
  }

  /** After each batch, whether it made a step or not. */
  private void averages() {
    String steps =
        around.containsKey("gradient_accumulation_steps")
            ? "batches // " + number("gradient_accumulation_steps")
            : "batches";
    text.line(1, "steps = " + steps + "  # before this one");
    text.line(1, "momentum = " + number("ema_momentum") + " if steps else 0");
    text.line(1, "for p, average in averages.items():");
    text.line(2, "average = momentum * average + (1 - momentum) * p");
    text.line(2, "optimizer.state[p][\"average\"] = average");
    if (around.containsKey("ema_overwrite_frequency")) {
      text.line(2, "if (steps + 1) % " + number("ema_overwrite_frequency") + " == 0:");
      text.line(3, "p.copy_(average)");
    }
  }

  private String number(String key) {
    Config value = around.get(key);
    return value instanceof Config.Real real
        ? PythonNumber.shortest(real.value())
        : PythonValue.print(value);
  }
}
