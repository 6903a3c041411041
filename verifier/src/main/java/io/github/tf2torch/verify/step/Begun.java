package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A step under way: the rate, the weight behind its decay, and the gradient behind what the {@link
 * Frame} makes of it.
 */
record Begun(StepOps ops, Value lr, Value p, Value g) {

  Value add(Value a, Value b) {
    return ops.op("AddV2", a, b);
  }

  Value sub(Value a, Value b) {
    return ops.op("Sub", a, b);
  }

  Value mul(Value a, Value b) {
    return ops.op("Mul", a, b);
  }

  Value div(Value a, Value b) {
    return ops.op("RealDiv", a, b);
  }

  Value sqrt(Value a) {
    return ops.op("Sqrt", a);
  }

  Value squared() {
    return ops.op("Square", g);
  }

  Value number(double value) {
    return ops.number(value);
  }

  Value slot(String name) {
    return ops.read(ops.slot(name));
  }

  /** Gives a slot its next value. */
  Value next(String slot, Value value) {
    ops.assign(ops.slot(slot), value);
    return value;
  }

  /** Adds a share of what is between a slot and a value. */
  Value towards(String slot, Value value, double share) {
    Value held = slot(slot);
    return next(slot, add(held, mul(sub(value, held), number(share))));
  }

  /** A slot and a value, weighted. */
  Value blended(String slot, Value value, double rho) {
    return next(slot, add(mul(number(rho), slot(slot)), mul(number(1 - rho), value)));
  }

  void subtract(Value update) {
    ops.assign(ops.variable(), sub(p, update));
  }

  /** TensorFlow's own power, of a beta that is cast to the variable's type from float32. */
  Value correction(double beta) {
    return sub(number(1), ops.op("Pow", number((float) beta), ops.fed("step")));
  }

  /** A step that counts, from one on, in {@code step}. */
  static Step step(Words words, List<Kept> kept, Consumer<Begun> body) {
    return new Step(
        kept,
        done -> Map.of("step", words.iterations() + 1 + done),
        ops -> body.accept(of(words, ops)));
  }

  /** One that counts nothing. */
  static Step uncounted(Words words, List<Kept> kept, Consumer<Begun> body) {
    return Step.of(kept, ops -> body.accept(of(words, ops)));
  }

  /** keras/src/optimizers/base_optimizer.py, {@code apply}: weights decay, then it steps. */
  static Begun of(Words words, StepOps ops) {
    Value lr = ops.fed("lr");
    Value p = ops.read(ops.variable());
    double decay = words.kerasDecay();
    if (decay > 0) {
      p = ops.op("Sub", p, ops.op("Mul", ops.op("Mul", p, ops.number((float) decay)), lr));
    }
    return new Begun(ops, lr, p, ops.gradient());
  }
}
