package io.github.tf2torch.verify.reference;

import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adaptive poolings: of {@code n} places of an axis, one from {@code floor(i * extent / n)} to
 * {@code ceil((i + 1) * extent / n)}.
 */
final class AdaptivePoolings {
  static final Map<String, LayerReference> TABLE = table();

  private AdaptivePoolings() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    for (int n = 1; n <= 3; n++) {
      all.put("AdaptiveAveragePooling" + n + "D", LayerReference.of(c -> pooled(c, "Mean")));
      all.put("AdaptiveMaxPooling" + n + "D", LayerReference.of(c -> pooled(c, "Max")));
    }
    return all;
  }

  private static SymbolicTensor pooled(LayerCall call, String reduction) {
    int spatial = call.input().rank() - 2;
    int first = Windows.isChannelsFirst(call) ? 2 : 1;
    List<Long> counts = call.settings().wholes(spatial, 1, "output_size");
    SymbolicTensor y = call.input();
    for (int i = 0; i < spatial; i++) {
      y = pooled(call.ops(), y, first + i, counts.get(i), reduction);
    }
    return y;
  }

  private static SymbolicTensor pooled(
      Ops ops, SymbolicTensor x, int axis, long count, String reduction) {
    List<SymbolicTensor> parts = new ArrayList<>();
    long extent = x.extent(axis);
    for (long i = 0; i < count; i++) {
      long begin = i * extent / count;
      long end = ((i + 1) * extent + count - 1) / count;
      parts.add(ops.reduce(reduction, ops.slice(x, axis, begin, end - begin), List.of(axis), true));
    }
    return ops.concat(parts, axis);
  }
}
