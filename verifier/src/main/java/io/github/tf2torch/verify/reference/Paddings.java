package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code ZeroPadding} and {@code Cropping} of one to three axes. */
final class Paddings {
  static final Map<String, LayerReference> TABLE = table();

  private Paddings() {}

  private static Map<String, LayerReference> table() {
    Map<String, LayerReference> all = new HashMap<>();
    for (int n = 1; n <= 3; n++) {
      int spatial = n;
      all.put("ZeroPadding" + n + "D", LayerReference.of(c -> padded(c, spatial)));
      all.put("Cropping" + n + "D", LayerReference.of(c -> cropped(c, spatial)));
    }
    return all;
  }

  private static SymbolicTensor padded(LayerCall call, int spatial) {
    List<long[]> pairs = new ArrayList<>(List.of(new long[2]));
    pairs.addAll(pairs(call, spatial, "padding"));
    pairs.add(new long[2]);
    return Windows.channelsLast(call, call.input(), x -> call.ops().pad(x, pairs));
  }

  private static SymbolicTensor cropped(LayerCall call, int spatial) {
    List<long[]> pairs = pairs(call, spatial, "cropping");
    return Windows.channelsLast(call, call.input(), x -> cropped(call.ops(), x, pairs));
  }

  private static SymbolicTensor cropped(Ops ops, SymbolicTensor x, List<long[]> pairs) {
    SymbolicTensor y = x;
    for (int i = 0; i < pairs.size(); i++) {
      long count = x.extent(i + 1) - pairs.get(i)[0] - pairs.get(i)[1];
      y = ops.slice(y, i + 1, pairs.get(i)[0], count);
    }
    return y;
  }

  /** {@code 1}, {@code (1, 2)} and {@code ((1, 2), (3, 4))}; a pair alone is one axis's own. */
  private static List<long[]> pairs(LayerCall call, int spatial, String name) {
    Config stored = call.settings().get(name).orElse(new Config.Whole(1));
    List<Config> items = Settings.itemsOf(stored);
    List<long[]> pairs = new ArrayList<>();
    if (spatial == 1 && items.size() == 2) {
      return List.of(new long[] {Settings.wholeOf(items.get(0)), Settings.wholeOf(items.get(1))});
    }
    for (int i = 0; i < spatial; i++) {
      List<Long> own = Settings.wholesOf(items.get(items.size() == 1 ? 0 : i));
      pairs.add(new long[] {own.get(0), own.get(own.size() - 1)});
    }
    return pairs;
  }
}
