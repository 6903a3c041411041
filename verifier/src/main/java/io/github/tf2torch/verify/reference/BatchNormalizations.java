package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code batch_normalization.py}. By arithmetic in every version, so that float64 is float64
 * throughout; where a version has used the fused kernel, its correction of the moving variance is
 * made here.
 */
final class BatchNormalizations {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "BatchNormalization", LayerReference.of(BatchNormalizations::normalized),
          "BatchNormalizationV1", LayerReference.of(BatchNormalizations::normalized),
          "BatchNormalizationV2", LayerReference.of(BatchNormalizations::normalized),
          "SyncBatchNormalization", LayerReference.of(BatchNormalizations::normalized));

  private BatchNormalizations() {}

  private static SymbolicTensor normalized(LayerCall call) {
    Settings settings = call.settings();
    if (settings.flag(false, "renorm") || settings.whole(0, "mode") != 0) {
      throw call.missing("with renorm, or of another mode than 0");
    }
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    int axis = axis(call);
    int next = 0;
    Optional<SymbolicTensor> gamma =
        settings.flag(true, "scale") ? Optional.of(call.weight(next++)) : Optional.empty();
    Optional<SymbolicTensor> beta =
        settings.flag(true, "center") ? Optional.of(call.weight(next++)) : Optional.empty();
    SymbolicTensor mean = ops.along(call.weight(next), axis, x.rank());
    SymbolicTensor variance = ops.along(call.weight(next + 1), axis, x.rank());
    if (call.isTraining() && call.isTrainable()) {
      if (call.mask(0).isPresent()) {
        throw call.missing("in training with a mask");
      }
      List<Integer> others = new ArrayList<>();
      for (int i = 0; i < x.rank(); i++) {
        if (i != axis) {
          others.add(i);
        }
      }
      SymbolicTensor ofBatch = ops.mean(x, others);
      SymbolicTensor spread = ops.variance(x, ofBatch, others);
      move(call, next, ofBatch);
      move(call, next + 1, ops.mul(spread, correction(call, x.shape().count() / x.extent(axis))));
      mean = ofBatch;
      variance = spread;
    }
    // tf.nn.batch_normalization
    SymbolicTensor inverse = ops.rsqrt(ops.add(variance, settings.number(1e-3, "epsilon")));
    if (gamma.isPresent()) {
      inverse = ops.mul(inverse, ops.along(gamma.get(), axis, x.rank()));
    }
    SymbolicTensor shift = ops.mul(mean, inverse);
    SymbolicTensor offset =
        beta.isPresent()
            ? ops.sub(ops.along(beta.get(), axis, x.rank()), shift)
            : ops.one("Neg", shift);
    return ops.add(ops.mul(x, inverse), offset);
  }

  private static int axis(LayerCall call) {
    Optional<Config> stored = call.settings().get("axis");
    List<Long> axes = stored.map(Settings::wholesOf).orElse(List.of(-1L));
    if (axes.size() != 1) {
      throw call.missing("over several axes");
    }
    int axis = axes.get(0).intValue();
    return axis < 0 ? axis + call.input().rank() : axis;
  }

  private static void move(LayerCall call, int weight, SymbolicTensor ofBatch) {
    Ops ops = call.ops();
    double momentum = call.settings().number(0.99, "momentum");
    SymbolicTensor before = call.weight(weight);
    SymbolicTensor flat = ops.reshape(ofBatch, before.shape().dims());
    call.building()
        .update(
            call.variables().get(weight),
            ops.add(ops.mul(before, momentum), ops.mul(flat, 1 - momentum)));
  }

  /**
   * Keras 3 moves towards the biased variance. tf.keras of 2 uses the fused kernel for 4 and 5
   * axes, which gives the unbiased one; Keras 2 on its own, before 2.4, divided by {@code n - 1 -
   * epsilon}, and Keras 1 by {@code n}.
   */
  private static double correction(LayerCall call, long count) {
    KerasVersion version = call.building().version();
    if (version.major() != 2) {
      return 1;
    }
    if (version.isOfTensorFlow()) {
      boolean isFused = call.input().rank() >= 4 && call.settings().flag(true, "fused");
      return isFused && count > 1 ? count / (count - 1.0) : 1;
    }
    return count / (count - (1.0 + call.settings().number(1e-3, "epsilon")));
  }
}
