package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Sequential of Keras 1 whose first layer merges what other models give, as the functional model
 * that it is. Keras 1 stores the weights of those models' layers beside those of its own ({@code
 * Sequential.flattened_layers} of {@code keras/models.py} 1.2.2).
 */
final class MergedSequential {
  private static final String MERGE = "Merge";
  private static final String LAYERS = "layers";

  /** By name; what two models share stands here once, with a call for each. */
  private final Map<String, LayerConfig> layers = new LinkedHashMap<>();

  private final List<Layer.Tensor> inputs = new ArrayList<>();

  private MergedSequential() {}

  private static boolean isMerged(LayerConfig model) {
    return model.isSequential()
        && !model.parts().isEmpty()
        && model.parts().get(0).layer().className().equals(MERGE)
        && !model.parts().get(0).layer().parts().isEmpty();
  }

  /** Any other model as it is. */
  static LayerConfig functional(LayerConfig model) {
    if (!isMerged(model)) {
      return model;
    }
    MergedSequential merged = new MergedSequential();
    List<Layer.Tensor> outputs = merged.ends(model);
    Map<String, Config> config = new LinkedHashMap<>();
    config.put("name", new Config.Text(model.name()));
    config.put("input_layers", notation(merged.inputs));
    config.put("output_layers", notation(outputs));
    return new LayerConfig(
        "Model",
        model.name(),
        model.module(),
        model.registered(),
        new Config.Fields(config),
        model.calls(),
        merged.layers.values().stream().map(l -> new LayerConfig.Part(LAYERS, l)).toList());
  }

  /** What a model gives out, its layers added. */
  private List<Layer.Tensor> ends(LayerConfig model) {
    if (model.isSequential()) {
      List<Layer.Tensor> current = List.of();
      for (LayerConfig.Part part : model.parts()) {
        LayerConfig layer = part.layer();
        if (layer.className().equals(MERGE) && !layer.parts().isEmpty()) {
          current = layer.parts().stream().flatMap(p -> ends(p.layer()).stream()).toList();
        } else if (current.isEmpty()) {
          current = List.of(input(layer));
        }
        current = List.of(called(layer, current));
      }
      return current;
    }
    if (model.isFunctional()) {
      model.parts().forEach(part -> layers.putIfAbsent(part.layer().name(), part.layer()));
      Calls.tensors(model.config().get("input_layers")).stream()
          .filter(t -> !inputs.contains(t))
          .forEach(inputs::add);
      return Calls.tensors(model.config().get("output_layers"));
    }
    return List.of(called(model, List.of(input(model))));
  }

  private Layer.Tensor input(LayerConfig first) {
    String name = first.name() + "_input";
    Layer.Tensor tensor = new Layer.Tensor(name, 0, 0);
    if (!layers.containsKey(name)) {
      Map<String, Config> config = new LinkedHashMap<>();
      config.put("name", new Config.Text(name));
      for (String said : List.of("batch_input_shape", "input_shape", "input_dim", "input_dtype")) {
        first.config().get(said).ifPresent(value -> config.put(said, value));
      }
      layers.put(
          name,
          new LayerConfig(
              "InputLayer",
              name,
              first.module(),
              Optional.empty(),
              new Config.Fields(config),
              List.of(new Layer.Call(List.of(), new Config.Fields(Map.of()))),
              List.of()));
      inputs.add(tensor);
    }
    return tensor;
  }

  private Layer.Tensor called(LayerConfig layer, List<Layer.Tensor> given) {
    LayerConfig known = layers.getOrDefault(layer.name(), layer);
    List<Layer.Call> calls = new ArrayList<>(known.calls());
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i).inputs().equals(given)) {
        return new Layer.Tensor(layer.name(), i, 0);
      }
    }
    calls.add(new Layer.Call(given, new Config.Fields(Map.of())));
    boolean isMerge = known.className().equals(MERGE);
    layers.put(
        layer.name(),
        new LayerConfig(
            known.className(),
            known.name(),
            known.module(),
            known.registered(),
            isMerge ? withoutLayers(known.config()) : known.config(),
            calls,
            isMerge ? List.of() : known.parts()));
    return new Layer.Tensor(layer.name(), calls.size() - 1, 0);
  }

  private static Config withoutLayers(Config config) {
    if (!(config instanceof Config.Fields fields)) {
      return config;
    }
    Map<String, Config> values = new LinkedHashMap<>(fields.values());
    values.remove(LAYERS);
    return new Config.Fields(values);
  }

  private static Config notation(List<Layer.Tensor> tensors) {
    return new Config.Items(
        tensors.stream()
            .map(
                t ->
                    (Config)
                        new Config.Items(
                            List.of(
                                new Config.Text(t.layer()),
                                new Config.Whole(t.call()),
                                new Config.Whole(t.output()))))
            .toList());
  }
}
