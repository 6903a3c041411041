package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A functional model with some of its outputs. */
final class Chosen {
  private Chosen() {}

  static KerasModel outputs(KerasModel whole, List<Integer> outputs) {
    Layer root = whole.root();
    int all = whole.outputs().size();
    if (all == 0 || IntStream.range(0, all).boxed().toList().equals(outputs)) {
      return whole;
    }
    Map<String, Config> config = new LinkedHashMap<>(((Config.Fields) root.config()).values());
    List<Config> ends = ((Config.Items) config.get("output_layers")).values();
    config.put("output_layers", new Config.Items(outputs.stream().map(ends::get).toList()));
    Layer less =
        new Layer(
            root.className(),
            root.name(),
            new Config.Fields(config),
            root.calls(),
            root.weights(),
            root.layers());
    return new KerasModel(
        less,
        whole.inputs(),
        outputs.stream().map(whole.outputs()::get).toList(),
        whole.training(),
        whole.version(),
        whole.backend());
  }
}
