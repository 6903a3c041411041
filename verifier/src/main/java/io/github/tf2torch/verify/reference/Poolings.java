package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code keras/src/layers/pooling}, adaptive ones apart. */
final class Poolings {
  static final Map<String, LayerReference> TABLE = table();

  private Poolings() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    for (int n = 1; n <= 3; n++) {
      int spatial = n;
      all.put("MaxPooling" + n + "D", LayerReference.of(c -> pooled(c, "Max", spatial)));
      all.put("AveragePooling" + n + "D", LayerReference.of(c -> pooled(c, "Avg", spatial)));
      all.put("GlobalMaxPooling" + n + "D", LayerReference.of(c -> global(c, "Max")));
      if (n > 1) {
        all.put("GlobalAveragePooling" + n + "D", LayerReference.of(c -> global(c, "Mean")));
      }
    }
    all.put("GlobalAveragePooling1D", LayerReference.of(Poolings::globalAverageOfSteps));
    return all;
  }

  static SymbolicTensor pooled(LayerCall call, String kind, int spatial) {
    if (Windows.padding(call).equals("same")) {
      Windows.refuseTheano(call);
    }
    List<Long> sizes = call.settings().wholes(spatial, 2, "pool_size", "pool_length");
    Optional<List<Long>> strides =
        call.settings().has("strides", "stride")
            ? Optional.of(call.settings().wholes(spatial, 1, "strides", "stride"))
            : Optional.empty();
    return Windows.channelsLast(
        call, call.input(), x -> pooled(call, kind, x, sizes, strides.orElse(sizes)));
  }

  private static SymbolicTensor pooled(
      LayerCall call, String kind, SymbolicTensor x, List<Long> sizes, List<Long> strides) {
    Ops ops = call.ops();
    if (sizes.size() == 1) {
      SymbolicTensor y =
          pooled(
              call, kind, ops.expand(x, 1), List.of(1L, sizes.get(0)), List.of(1L, strides.get(0)));
      return ops.squeeze(y, 1);
    }
    return ops.one(
        kind + "Pool" + (sizes.size() == 3 ? "3D" : ""),
        Map.of(
            "ksize",
            Convolutions.whole(sizes),
            "strides",
            Convolutions.whole(strides),
            "padding",
            new Attr.Text(Windows.padding(call).toUpperCase(Locale.ROOT))),
        x);
  }

  private static SymbolicTensor global(LayerCall call, String reduction) {
    return call.ops().reduce(reduction, call.input(), spatial(call), keepsDims(call));
  }

  private static List<Integer> spatial(LayerCall call) {
    int first = Windows.isChannelsFirst(call) ? 2 : 1;
    return IntStream.range(first, first + call.input().rank() - 2).boxed().toList();
  }

  private static boolean keepsDims(LayerCall call) {
    return call.settings().flag(false, "keepdims");
  }

  private static SymbolicTensor globalAverageOfSteps(LayerCall call) {
    Optional<SymbolicTensor> told =
        Optional.ofNullable(call.arguments().tensors().get("mask")).map(t -> t.get(0));
    Optional<SymbolicTensor> mask = told.or(() -> call.mask(0));
    if (mask.isEmpty()) {
      return global(call, "Mean");
    }
    Ops ops = call.ops();
    SymbolicTensor x = call.input();
    SymbolicTensor weights =
        ops.cast(ops.expand(mask.get(), Windows.isChannelsFirst(call) ? 1 : 2), x.dtype());
    List<Integer> steps = new ArrayList<>(spatial(call));
    return ops.div(
        ops.reduce("Sum", ops.mul(x, weights), steps, keepsDims(call)),
        ops.reduce("Sum", weights, steps, keepsDims(call)));
  }
}
