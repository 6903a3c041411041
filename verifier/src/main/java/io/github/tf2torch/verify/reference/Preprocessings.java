package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code keras/src/layers/preprocessing}, as far as it computes numbers. */
final class Preprocessings {
  static final Map<String, LayerReference> TABLE = table();

  private static final double FULL = 255;

  private Preprocessings() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    all.put("Rescaling", LayerReference.of(Preprocessings::rescaled));
    all.put("AutoContrast", LayerReference.of(Preprocessings::stretched));
    all.put("Normalization", LayerReference.of(Preprocessings::normalized));
    // keras/src/applications: classes of the models themselves
    all.put("LayerScale", LayerReference.of(c -> c.ops().mul(c.input(), c.weight(0))));
    all.put("CustomScaleLayer", LayerReference.of(Preprocessings::residual));
    return all;
  }

  static SymbolicTensor floating(LayerCall call) {
    return call.ops().cast(call.input(), DType.FLOAT32);
  }

  private static SymbolicTensor rescaled(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = floating(call);
    return ops.add(ops.mul(x, numbers(call, "scale", 1, x)), numbers(call, "offset", 0, x));
  }

  private static SymbolicTensor numbers(
      LayerCall call, String name, double otherwise, SymbolicTensor like) {
    Optional<Config> stored = call.settings().get(name);
    return stored.isPresent() && stored.get() instanceof Config.Items
        ? vector(call, Settings.flattened(stored.get()))
        : call.ops().number(stored.map(Settings::numberOf).orElse(otherwise), like);
  }

  private static SymbolicTensor vector(LayerCall call, List<Double> values) {
    return call.ops()
        .constant(
            TensorValue.ofDoubles(
                DType.FLOAT32,
                Shape.of(values.size()),
                values.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  private static SymbolicTensor normalized(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = floating(call);
    Optional<Config> mean = call.settings().get("mean");
    boolean isStored = mean.isPresent() && call.settings().has("variance");
    SymbolicTensor center =
        broadcast(call, isStored ? vector(call, Settings.flattened(mean.get())) : call.weight(0));
    SymbolicTensor spread =
        broadcast(
            call,
            isStored
                ? vector(call, Settings.flattened(call.settings().get("variance").orElseThrow()))
                : call.weight(1));
    SymbolicTensor deviation = ops.maximum(ops.one("Sqrt", spread), 1e-7);
    return call.settings().flag(false, "invert")
        ? ops.add(center, ops.mul(x, deviation))
        : ops.div(ops.sub(x, center), deviation);
  }

  private static SymbolicTensor broadcast(LayerCall call, SymbolicTensor values) {
    long count = values.shape().count();
    if (count == 1) {
      return call.ops().reshape(values);
    }
    long[] shape = new long[call.input().rank()];
    Arrays.fill(shape, 1);
    call.settings()
        .get("axis")
        .map(Settings::wholesOf)
        .orElse(List.of(-1L))
        .forEach(
            a -> {
              int at = (int) (a < 0 ? a + shape.length : a);
              shape[at] = call.input().extent(at);
            });
    return call.ops().reshape(values, shape);
  }

  /** {@code inception_resnet_v2.py}: {@code inputs[0] + inputs[1] * scale}. */
  private static SymbolicTensor residual(LayerCall call) {
    Ops ops = call.ops();
    double scale = call.settings().number(1, "scale");
    return ops.add(call.inputs().get(0), ops.mul(call.inputs().get(1), scale));
  }

  /** Each channel's least and largest value become the range's; one without a difference stays. */
  /** In the order of {@code auto_contrast.py}, since its rounding is another in any other. */
  private static SymbolicTensor stretched(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = floating(call);
    Optional<Config> stored = call.settings().get("value_range");
    List<Double> range = stored.map(Settings::flattened).orElse(List.of(0.0, 255.0));
    double low = range.get(0);
    double extent = range.get(1) - low;
    boolean isFull = low == 0 && extent == FULL;
    SymbolicTensor wide = isFull ? x : ops.mul(ops.div(ops.add(x, -low), extent), FULL);
    SymbolicTensor least = ops.reduce("Min", wide, List.of(1, 2), true);
    SymbolicTensor span = ops.sub(ops.reduce("Max", wide, List.of(1, 2), true), least);
    SymbolicTensor isFlat = ops.one("Equal", span, ops.number(0, span));
    SymbolicTensor divisor = ops.where(isFlat, ops.one("OnesLike", span), span);
    SymbolicTensor scale = ops.div(ops.number(FULL, span), divisor);
    SymbolicTensor offset = ops.mul(ops.one("Neg", least), scale);
    SymbolicTensor stretched = ops.add(ops.mul(wide, scale), offset);
    SymbolicTensor clipped = ops.minimum(ops.maximum(stretched, 0), FULL);
    SymbolicTensor y = isFull ? clipped : ops.add(ops.mul(ops.div(clipped, FULL), extent), low);
    SymbolicTensor flat = ops.cast(isFlat, x.dtype());
    return ops.add(ops.mul(x, flat), ops.mul(y, ops.complement(flat)));
  }
}
