package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code keras/src/layers/preprocessing}: numbers as categories, and categories as vectors. */
final class Categories {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Discretization", LayerReference.of(Categories::binned),
          "CategoryEncoding", LayerReference.of(Categories::encoded),
          "IntegerLookup", LayerReference.of(Categories::lookedUp));

  private Categories() {}

  private static SymbolicTensor binned(LayerCall call) {
    Ops ops = call.ops();
    Config stored =
        call.settings()
            .get("bin_boundaries")
            .orElseThrow(() -> call.missing("without bin_boundaries"));
    List<Double> bounds = Settings.flattened(stored);
    SymbolicTensor x = ops.cast(call.input(), DType.FLOAT32);
    SymbolicTensor index = filled(ops, ops.cast(call.input(), DType.INT64), 0);
    for (double bound : bounds) {
      SymbolicTensor isAbove = ops.one("GreaterEqual", x, ops.number(bound, x));
      index = ops.add(index, ops.cast(isAbove, DType.INT64));
    }
    return encoded(call, index, bounds.size() + 1L, Optional.empty());
  }

  private static SymbolicTensor encoded(LayerCall call) {
    Optional<SymbolicTensor> weights =
        Optional.ofNullable(call.arguments().tensors().get("count_weights")).map(w -> w.get(0));
    return encoded(call, call.input(), call.settings().whole(1, "num_tokens"), weights);
  }

  /** {@code encode_categorical_inputs} of {@code numerical_utils.py}. */
  private static SymbolicTensor encoded(
      LayerCall call, SymbolicTensor index, long depth, Optional<SymbolicTensor> weights) {
    Ops ops = call.ops();
    String mode = call.settings().text("int", "output_mode");
    if (mode.equals("int") && call.layer().className().equals("CategoryEncoding")) {
      mode = "multi_hot";
    }
    if (call.settings().flag(false, "sparse")) {
      throw call.missing("with sparse results");
    }
    if (mode.equals("int")) {
      return ops.cast(index, DType.INT64);
    }
    boolean isColumn = mode.equals("one_hot") && index.rank() > 1 && index.extent(-1) == 1;
    SymbolicTensor places = isColumn ? ops.squeeze(index, -1) : index;
    SymbolicTensor hot =
        ops.one(
            "OneHot",
            places,
            ops.scalar(depth),
            ops.constant(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(), 1)),
            ops.constant(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(), 0)));
    if (mode.equals("one_hot")) {
      return hot;
    }
    if (weights.isPresent()) {
      hot = ops.mul(hot, ops.expand(weights.get(), weights.get().rank()));
    }
    boolean isCounting = mode.equals("count") || mode.equals("tf_idf");
    int axis = hot.rank() == 2 ? 0 : 1;
    SymbolicTensor y = ops.reduce(isCounting ? "Sum" : "Max", hot, List.of(axis), false);
    return mode.equals("tf_idf") ? ops.mul(y, frequencies(call, depth)) : y;
  }

  /** Words by their weights, unknown ones by the mean of these. */
  private static SymbolicTensor frequencies(LayerCall call, long depth) {
    List<Double> known =
        Settings.flattened(
            call.settings().get("idf_weights").orElseThrow(() -> call.missing("without weights")));
    double mean = known.stream().mapToDouble(w -> w).average().orElse(0);
    long unknown = call.settings().whole(1, "num_oov_indices");
    double[] all = new double[Math.toIntExact(depth)];
    for (int i = 0; i < all.length; i++) {
      int word = (int) (i - unknown);
      all[i] = word < 0 ? mean : word < known.size() ? known.get(word) : 0;
    }
    return call.ops().constant(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(all.length), all));
  }

  private static SymbolicTensor lookedUp(LayerCall call) {
    Ops ops = call.ops();
    Settings settings = call.settings();
    Config stored =
        settings.get("vocabulary").orElseThrow(() -> call.missing("without a vocabulary"));
    List<Long> words = Settings.wholesOf(stored);
    String mode = settings.text("int", "output_mode");
    long unknown = settings.whole(1, "num_oov_indices");
    boolean hasMask = settings.has("mask_token") && mode.equals("int");
    long first = unknown + (hasMask ? 1 : 0);
    SymbolicTensor x = ops.cast(call.input(), DType.INT64);
    if (settings.flag(false, "invert")) {
      SymbolicTensor y = filled(ops, x, settings.whole(-1, "oov_token"));
      for (int i = 0; i < words.size(); i++) {
        y = replaced(ops, x, first + i, words.get(i), y);
      }
      return hasMask ? replaced(ops, x, 0, settings.whole(0, "mask_token"), y) : y;
    }
    if (!settings.text("floormod", "oov_method").equals("floormod")) {
      throw call.missing("with oov_method farmhash");
    }
    SymbolicTensor y =
        unknown < 2
            ? filled(ops, x, unknown == 0 ? -1 : first - 1)
            : ops.add(
                ops.one("FloorMod", x, ops.number(unknown, x)), ops.number(first - unknown, x));
    for (int i = 0; i < words.size(); i++) {
      y = replaced(ops, x, words.get(i), first + i, y);
    }
    if (settings.has("mask_token")) {
      y = replaced(ops, x, settings.whole(0, "mask_token"), hasMask ? 0 : Integer.MAX_VALUE, y);
    }
    long known = first + words.size();
    boolean isPadded = settings.flag(false, "pad_to_max_tokens");
    return encoded(
        call, y, isPadded ? settings.whole(known, "max_tokens") : known, Optional.empty());
  }

  private static SymbolicTensor filled(Ops ops, SymbolicTensor x, long value) {
    return ops.filled(x.shape(), value, x);
  }

  private static SymbolicTensor replaced(
      Ops ops, SymbolicTensor x, long from, long to, SymbolicTensor otherwise) {
    return ops.where(ops.one("Equal", x, ops.number(from, x)), filled(ops, x, to), otherwise);
  }
}
