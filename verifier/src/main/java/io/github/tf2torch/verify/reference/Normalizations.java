package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/normalization}, over a batch apart. */
final class Normalizations {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "LayerNormalization", LayerReference.of(Normalizations::overLayer),
          "GroupNormalization", LayerReference.of(Normalizations::overGroups),
          "RMSNormalization", LayerReference.of(Normalizations::byRootMeanSquare),
          "UnitNormalization", LayerReference.of(Normalizations::toUnit));

  private Normalizations() {}

  private static List<Integer> axes(LayerCall call) {
    List<Integer> axes = new ArrayList<>();
    call.settings()
        .get("axis")
        .map(Settings::wholesOf)
        .orElse(List.of(-1L))
        .forEach(a -> axes.add((int) (a < 0 ? a + call.input().rank() : a)));
    return axes.stream().sorted().toList();
  }

  /** A weight that has the extents of these axes. */
  private static SymbolicTensor along(LayerCall call, SymbolicTensor weight, List<Integer> axes) {
    long[] shape = new long[call.input().rank()];
    Arrays.fill(shape, 1);
    axes.forEach(a -> shape[a] = call.input().extent(a));
    return call.ops().reshape(weight, shape);
  }

  private static SymbolicTensor overLayer(LayerCall call) {
    Ops ops = call.ops();
    Settings settings = call.settings();
    SymbolicTensor x = call.input();
    List<Integer> axes = axes(call);
    SymbolicTensor mean = ops.mean(x, axes);
    SymbolicTensor inverse =
        ops.rsqrt(ops.add(ops.variance(x, mean, axes), settings.number(1e-3, "epsilon")));
    int next = 0;
    if (settings.flag(true, "scale") || settings.flag(false, "rms_scaling")) {
      inverse = ops.mul(inverse, along(call, call.weight(next++), axes));
    }
    if (settings.flag(false, "rms_scaling")) {
      return ops.mul(x, inverse);
    }
    SymbolicTensor rest = ops.one("Neg", ops.mul(mean, inverse));
    if (settings.flag(true, "center")) {
      rest = ops.add(rest, along(call, call.weight(next), axes));
    }
    return ops.add(ops.mul(x, inverse), rest);
  }

  private static SymbolicTensor overGroups(LayerCall call) {
    Ops ops = call.ops();
    Settings settings = call.settings();
    SymbolicTensor x = call.input();
    int axis = axes(call).get(0);
    long channels = x.extent(axis);
    long wanted = settings.whole(32, "groups");
    long groups = wanted == -1 ? channels : wanted;
    List<Long> shape = new ArrayList<>(x.shape().dims());
    shape.set(axis, channels / groups);
    shape.add(axis, groups);
    SymbolicTensor parts = ops.reshape(x, shape);
    List<Integer> others = new ArrayList<>();
    for (int i = 1; i < shape.size(); i++) {
      if (i != axis) {
        others.add(i);
      }
    }
    SymbolicTensor mean = ops.mean(parts, others);
    SymbolicTensor inverse =
        ops.rsqrt(ops.add(ops.variance(parts, mean, others), settings.number(1e-3, "epsilon")));
    SymbolicTensor y = ops.reshape(ops.mul(ops.sub(parts, mean), inverse), x.shape().dims());
    int next = 0;
    if (settings.flag(true, "scale")) {
      y = ops.mul(y, ops.along(call.weight(next++), axis, x.rank()));
    }
    return settings.flag(true, "center")
        ? ops.add(y, ops.along(call.weight(next), axis, x.rank()))
        : y;
  }

  private static SymbolicTensor byRootMeanSquare(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    List<Integer> axes = axes(call);
    SymbolicTensor square = ops.mean(ops.one("Square", x), axes);
    SymbolicTensor y =
        ops.mul(x, ops.rsqrt(ops.add(square, call.settings().number(1e-6, "epsilon"))));
    return ops.mul(y, call.weight(0));
  }

  /** {@code keras.ops.normalize} of order 2. */
  private static SymbolicTensor toUnit(LayerCall call) {
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    SymbolicTensor sum = ops.reduce("Sum", ops.one("Square", x), axes(call), true);
    return ops.mul(x, ops.minimum(ops.rsqrt(sum), 1e12));
  }
}
