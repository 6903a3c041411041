package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code keras/src/layers/reshaping}, padding and cropping apart. */
final class Reshapings {
  static final Map<String, LayerReference> TABLE =
      Map.of(
          "Flatten", LayerReference.of(Reshapings::flattened),
          "Reshape", LayerReference.of(Reshapings::reshaped),
          "Permute", LayerReference.of(Reshapings::permuted),
          "RepeatVector", LayerReference.of(Reshapings::repeated),
          "UpSampling1D", LayerReference.of(c -> enlarged(c, 1)),
          "UpSampling2D", LayerReference.of(c -> enlarged(c, 2)),
          "UpSampling3D", LayerReference.of(c -> enlarged(c, 3)));

  private Reshapings() {}

  private static SymbolicTensor flattened(LayerCall call) {
    SymbolicTensor x = call.input();
    boolean isFirst = Windows.isChannelsFirst(call) && x.rank() > 2;
    SymbolicTensor last = isFirst ? Windows.toLast(call.ops(), x) : x;
    return call.ops().reshape(last, x.extent(0), x.rank() == 1 ? 1 : -1);
  }

  private static SymbolicTensor reshaped(LayerCall call) {
    List<Long> shape = new ArrayList<>(List.of(call.input().extent(0)));
    shape.addAll(
        Settings.wholesOf(
            call.settings()
                .get("target_shape", "dims")
                .orElseThrow(() -> call.missing("without a target_shape"))));
    return call.ops().reshape(call.input(), shape);
  }

  private static SymbolicTensor permuted(LayerCall call) {
    List<Integer> axes = new ArrayList<>(List.of(0));
    call.settings().wholes(1, 1, "dims").forEach(d -> axes.add(d.intValue()));
    return call.ops().transpose(call.input(), axes);
  }

  private static SymbolicTensor repeated(LayerCall call) {
    Ops ops = call.ops();
    long times = call.settings().whole(1, "n");
    return ops.one("Tile", ops.expand(call.input(), 1), ops.ints(1, times, 1));
  }

  private static SymbolicTensor enlarged(LayerCall call, int spatial) {
    List<Long> factors = call.settings().wholes(spatial, 2, "size", "length");
    String kind = call.settings().text("nearest", "interpolation");
    return Windows.channelsLast(call, call.input(), x -> enlarged(call, x, factors, kind));
  }

  private static SymbolicTensor enlarged(
      LayerCall call, SymbolicTensor x, List<Long> factors, String kind) {
    if (!kind.equals("nearest")) {
      return Images.resized(
          call, x, x.extent(1) * factors.get(0), x.extent(2) * factors.get(1), kind, false);
    }
    SymbolicTensor y = x;
    for (int i = 0; i < factors.size(); i++) {
      y = call.ops().repeat(y, i + 1, factors.get(i));
    }
    return y;
  }
}
