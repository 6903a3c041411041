package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Normalizations, attention and convolutions that are called with their weights. */
final class LayerFunctions extends FunctionCall {
  LayerFunctions(LayerCall call, Settings settings) {
    super(call, settings);
  }

  @Override
  Optional<List<SymbolicTensor>> outputs(String name) {
    SymbolicTensor y =
        switch (name) {
          case "batch_norm" -> ofBatch();
          case "layer_norm" -> ofLayer();
          case "rmsnorm" -> ofRoot();
          case "dot_product_attention" -> attended();
          case "conv" -> convolved("Conv");
          case "depthwise_conv" -> convolved("Depthwise");
          case "separable_conv" -> convolved("Separable");
          default -> null;
        };
    return Optional.ofNullable(y).map(List::of);
  }

  /** An argument that may be absent: by its place or by its name. */
  private Optional<SymbolicTensor> argument(int place, String name) {
    List<LayerCall.Operand> all = call.arguments().positional();
    if (place < all.size()) {
      LayerCall.Operand given = all.get(place);
      boolean isAbsent = given.tensor().isEmpty() && given.stored() instanceof Config.Absent;
      return isAbsent ? Optional.empty() : Optional.of(operand(given, x));
    }
    List<SymbolicTensor> tensors = call.arguments().tensors().getOrDefault(name, List.of());
    return tensors.isEmpty()
        ? call.arguments().settings().get(name).flatMap(StoredTensor::of).map(ops::constant)
        : Optional.of(tensors.get(0));
  }

  private Optional<SymbolicTensor> along(int place, String name, int axis) {
    return argument(place, name).map(v -> v.rank() == 1 ? ops.along(v, axis, x.rank()) : v);
  }

  private SymbolicTensor deviation(SymbolicTensor variance, double epsilon) {
    return ops.one("Sqrt", ops.add(variance, settings.number(epsilon, "epsilon")));
  }

  private SymbolicTensor ofBatch() {
    SymbolicTensor centred = ops.sub(x, along(1, "mean", axis()).orElseThrow());
    SymbolicTensor deviation = deviation(along(2, "variance", axis()).orElseThrow(), 1e-3);
    return scaled(
        ops.div(centred, deviation), along(4, "scale", axis()), along(3, "offset", axis()));
  }

  private SymbolicTensor scaled(
      SymbolicTensor y, Optional<SymbolicTensor> scale, Optional<SymbolicTensor> shift) {
    SymbolicTensor times = scale.map(s -> ops.mul(y, s)).orElse(y);
    return shift.map(s -> ops.add(times, s)).orElse(times);
  }

  private SymbolicTensor ofLayer() {
    List<Integer> axes = List.of(axis());
    SymbolicTensor mean = ops.mean(x, axes);
    SymbolicTensor deviation = deviation(ops.variance(x, mean, axes), 1e-7);
    return scaled(
        ops.div(ops.sub(x, mean), deviation), along(1, "gamma", axis()), along(2, "beta", axis()));
  }

  private SymbolicTensor ofRoot() {
    SymbolicTensor deviation = deviation(ops.mean(ops.one("Square", x), List.of(axis())), 1e-7);
    return scaled(ops.div(x, deviation), along(1, "scale", axis()), Optional.empty());
  }

  /** {@code _dot_product_attention_xla} of keras/src/backend/tensorflow/nn.py. */
  private SymbolicTensor attended() {
    long heads = x.extent(2);
    SymbolicTensor k = operand(1);
    SymbolicTensor keys = ops.repeat(k, 2, heads / k.extent(2));
    SymbolicTensor values = ops.repeat(operand(2), 2, heads / k.extent(2));
    Optional<Double> asked = call.arguments().settings().number("scale");
    SymbolicTensor scale =
        asked.map(s -> ops.number(s, x)).orElseGet(() -> ops.real(1 / Math.sqrt(k.extent(-1)), x));
    SymbolicTensor scores = ops.mul(ops.einsum("btnh,bsnh->bnts", x, keys), scale);
    Optional<SymbolicTensor> bias = argument(3, "bias");
    scores = bias.isPresent() ? ops.add(scores, bias.get()) : scores;
    Optional<SymbolicTensor> mask = argument(4, "mask");
    scores = mask.isPresent() ? masked(scores, mask.get()) : scores;
    scores = settings.flag(false, "is_causal") ? masked(scores, earlier(scores)) : scores;
    return ops.einsum("bnts,bsnh->btnh", ops.softmax(scores, -1), values);
  }

  private SymbolicTensor masked(SymbolicTensor scores, SymbolicTensor isSeen) {
    return ops.where(isSeen, scores, ops.number(-0.7 * Float.MAX_VALUE, scores));
  }

  private SymbolicTensor earlier(SymbolicTensor scores) {
    int rows = (int) scores.extent(2);
    int columns = (int) scores.extent(3);
    long[] offsets = new long[rows * columns];
    Arrays.setAll(offsets, i -> i % columns - i / columns);
    SymbolicTensor all =
        ops.constant(TensorValue.ofLongs(DType.INT32, Shape.of(rows, columns), offsets));
    return ops.one("LessEqual", all, ops.number(0, all));
  }

  private SymbolicTensor convolved(String kind) {
    int spatial = x.rank() - 2;
    return Windows.channelsLast(
        call,
        x,
        v ->
            kind.equals("Conv")
                ? Convolutions.grouped(call, v, operand(1), spatial)
                : Convolutions.ofEach(
                    call,
                    v,
                    operand(1),
                    kind.equals("Separable") ? Optional.of(operand(2)) : Optional.empty(),
                    spatial));
  }
}
