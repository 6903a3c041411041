package io.github.tf2torch.verify.step;

import io.github.tf2torch.verify.engine.StepOps;
import io.github.tf2torch.verify.engine.StepOps.Value;
import io.github.tf2torch.verify.step.Step.Kept;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Adafactor, which keeps of a matrix's squared gradients their means along either of two axes. */
final class AdafactorStep {
  private static final Kept WHOLE = new Kept("v", List.of("velocity", "v"), List.of("v"), 0);
  private static final String ROW = "row";
  private static final String COLUMN = "column";

  private AdafactorStep() {}

  private static List<Kept> means(int row, int column, List<String> stored) {
    return List.of(
        new Kept(ROW, List.of(stored.get(0)), List.of(ROW), 0, OptionalInt.of(row)),
        new Kept(COLUMN, List.of(stored.get(1)), List.of(COLUMN), 0, OptionalInt.of(column)));
  }

  private static Value rms(Begun b, Value tensor) {
    return b.sqrt(b.ops().whole("Mean", b.ops().op("Square", tensor)));
  }

  /** A mean that is kept without its axis, with it. */
  private static Value blended(Begun b, String slot, int axis, Value squared, Value decay) {
    StepOps ops = b.ops();
    Value held = b.slot(slot);
    Value placed = ops.along("Mean", squared, axis);
    Value mean = ops.op("Reshape", placed, ops.op("Shape", held));
    Value rest = b.mul(b.sub(b.number(1), decay), mean);
    Value next = b.next(slot, b.add(b.mul(decay, held), rest));
    return ops.op("Reshape", next, ops.op("Shape", placed));
  }

  /** keras/src/optimizers/adafactor.py, {@code update_step}: means along the last two axes. */
  static Step keras(Words words) {
    int rank = words.shape().rank();
    List<Kept> kept = rank < 2 ? List.of(WHOLE) : means(rank - 1, rank - 2, List.of(ROW, COLUMN));
    return Begun.step(words, kept, b -> keras(words, b));
  }

  private static void keras(Words words, Begun b) {
    StepOps ops = b.ops();
    Value one = b.number(1);
    Value step = ops.fed("step");
    Value rate = ops.op("Minimum", b.lr(), b.div(one, b.sqrt(step)));
    // ops.cast makes a float32 of it on the way to the variable's type
    Value least = b.number((float) words.said("epsilon_2").orElse(1e-3));
    Value alpha = b.mul(ops.op("Maximum", least, rms(b, b.p())), rate);
    Value squared = b.add(b.squared(), b.number(words.said("epsilon_1").orElse(1e-30)));
    Value power = b.number(words.said("beta_2_decay").orElse(-0.8));
    Value decay = b.sub(one, ops.op("Pow", step, power));
    int rank = words.shape().rank();
    Value v;
    if (rank < 2) {
      Value fresh = b.mul(b.sub(one, decay), squared);
      v = b.next("v", b.add(b.mul(decay, b.slot("v")), fresh));
    } else {
      Value row = blended(b, ROW, rank - 1, squared, decay);
      Value column = blended(b, COLUMN, rank - 2, squared, decay);
      v = b.mul(b.div(row, ops.along("Mean", row, rank - 2)), column);
    }
    Value update = b.div(b.g(), b.sqrt(v));
    Value most = b.number(words.said("clip_threshold").orElse(1));
    Value excess = ops.op("Maximum", one, b.div(rms(b, update), most));
    b.subtract(b.mul(alpha, b.div(update, excess)));
  }

  /**
   * tensorflow/mesh, mesh_tensorflow/optimize.py, {@code AdafactorOptimizer.apply_grad}, as T5 is
   * trained with it: means along the two largest axes; a checkpoint does not say the numbers.
   */
  static Step mesh(Words words) {
    List<Integer> axes = largest(words);
    List<Kept> kept =
        axes.size() < 2 ? List.of(WHOLE) : means(axes.get(0), axes.get(1), List.of("vr", "vc"));
    return new Step(
        kept,
        done -> Map.of("step", words.globalStep() + done + 1),
        ops -> mesh(Begun.of(words, ops), axes));
  }

  private static List<Integer> largest(Words words) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < words.shape().rank(); i++) {
      axes.add(i);
    }
    axes.sort(Comparator.comparing((Integer i) -> -words.shape().dims().get(i)));
    return axes.subList(0, Math.min(2, axes.size()));
  }

  private static void mesh(Begun b, List<Integer> axes) {
    StepOps ops = b.ops();
    Value one = b.number(1);
    Value decay = b.sub(one, ops.op("Pow", ops.fed("step"), b.number(-0.8)));
    Value squared = b.add(b.squared(), b.number(1e-30));
    Value scale = b.mul(ops.op("Maximum", rms(b, b.p()), b.number(1e-3)), b.lr());
    Value update;
    if (axes.size() < 2) {
      Value fresh = b.mul(squared, b.sub(one, decay));
      Value v = b.next("v", b.add(b.mul(b.slot("v"), decay), fresh));
      update = b.mul(b.g(), ops.op("Rsqrt", v));
    } else {
      Value row = blended(b, ROW, axes.get(0), squared, decay);
      Value column = blended(b, COLUMN, axes.get(1), squared, decay);
      Value rows = ops.op("Rsqrt", b.div(row, ops.along("Mean", row, axes.get(1))));
      update = b.mul(b.mul(b.g(), rows), ops.op("Rsqrt", column));
    }
    Value excess = ops.op("Maximum", one, rms(b, update));
    b.subtract(b.mul(b.div(update, excess), scale));
  }
}
