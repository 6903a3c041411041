package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model's layers called one after another, or along its edges. */
final class Network {
  private static final Set<String> INPUTS = Set.of("InputLayer");
  private static final Set<String> FUNCTIONAL = Set.of("Functional", "Model");

  private final LayerCall model;
  private final Map<Layer.Tensor, SymbolicTensor> values = new HashMap<>();

  private Network(LayerCall model) {
    this.model = model;
  }

  static boolean isModel(Layer layer) {
    return FUNCTIONAL.contains(layer.className()) || layer.className().equals("Sequential");
  }

  static List<SymbolicTensor> outputs(LayerCall model) {
    return model.layer().className().equals("Sequential")
        ? new Network(model).inSequence()
        : new Network(model).alongEdges();
  }

  private List<SymbolicTensor> inSequence() {
    List<SymbolicTensor> values = model.inputs();
    for (Layer layer : model.layer().layers()) {
      if (!INPUTS.contains(layer.className())) {
        values = call(layer, 0, values, LayerCall.Arguments.NONE);
      }
    }
    return values;
  }

  private List<SymbolicTensor> alongEdges() {
    List<Layer.Tensor> inputs = ends("input_layers");
    if (inputs.size() != model.inputs().size()) {
      throw model.missing("of " + inputs.size() + " inputs, called with " + model.inputs().size());
    }
    for (int i = 0; i < inputs.size(); i++) {
      values.put(inputs.get(i), model.inputs().get(i));
    }
    Map<String, Layer> byName = new LinkedHashMap<>();
    model.layer().layers().forEach(l -> byName.put(l.name(), l));
    Set<Layer.Tensor> open = new java.util.HashSet<>();
    List<Layer.Tensor> wanted =
        ends("output_layers").stream().map(t -> counted(t, byName)).toList();
    if (Depths.matter(model.layer())) {
      Depths.inOrder(wanted, byName).stream()
          .filter(t -> byName.containsKey(t.layer()) && !isInput(byName.get(t.layer())))
          .forEach(t -> value(t, byName, open));
    }
    return wanted.stream().map(t -> value(t, byName, open)).toList();
  }

  /**
   * Keras 3 counts the call that a functional model is made with, and here alone ({@code
   * functional_from_config}).
   */
  private Layer.Tensor counted(Layer.Tensor end, Map<String, Layer> byName) {
    boolean isCounted =
        model.building().version().major() >= 3
            && Optional.ofNullable(byName.get(end.layer()))
                .filter(l -> FUNCTIONAL.contains(l.className()))
                .isPresent();
    return isCounted ? new Layer.Tensor(end.layer(), end.call() - 1, end.output()) : end;
  }

  private static boolean isInput(Layer layer) {
    return INPUTS.contains(layer.className());
  }

  private List<Layer.Tensor> ends(String key) {
    return model.layer().config().get(key).map(TensorNotation::all).orElse(List.of());
  }

  /** Calls what is needed for a tensor, in the order of need. */
  private SymbolicTensor value(
      Layer.Tensor tensor, Map<String, Layer> byName, Set<Layer.Tensor> open) {
    SymbolicTensor known = values.get(tensor);
    if (known != null) {
      return known;
    }
    Layer layer = byName.get(tensor.layer());
    if (layer == null || tensor.call() < 0 || tensor.call() >= layer.calls().size()) {
      throw model.missing("whose layers are not joined: there is no " + tensor);
    }
    if (!open.add(new Layer.Tensor(tensor.layer(), tensor.call(), 0))) {
      throw model.missing("in a circle through \"" + tensor.layer() + "\"");
    }
    Layer.Call call = layer.calls().get(tensor.call());
    List<SymbolicTensor> inputs = call.inputs().stream().map(t -> value(t, byName, open)).toList();
    List<SymbolicTensor> outputs =
        call(layer, tensor.call(), inputs, arguments(call, byName, open));
    for (int i = 0; i < outputs.size(); i++) {
      values.put(new Layer.Tensor(layer.name(), tensor.call(), i), outputs.get(i));
    }
    SymbolicTensor found = values.get(tensor);
    if (found == null) {
      throw model.missing(
          "that uses " + tensor + ", of a layer with " + outputs.size() + " results");
    }
    return found;
  }

  private LayerCall.Arguments arguments(
      Layer.Call call, Map<String, Layer> byName, Set<Layer.Tensor> open) {
    Map<String, List<SymbolicTensor>> tensors = new LinkedHashMap<>();
    if (call.arguments() instanceof Config.Fields fields) {
      fields
          .values()
          .forEach(
              (name, value) -> {
                List<Layer.Tensor> named = TensorNotation.all(value);
                if (!named.isEmpty()) {
                  tensors.put(name, named.stream().map(t -> value(t, byName, open)).toList());
                }
              });
    }
    List<LayerCall.Operand> positional =
        call.positional().stream()
            .map(
                c ->
                    new LayerCall.Operand(
                        TensorNotation.one(c).map(t -> value(t, byName, open)), c))
            .toList();
    return new LayerCall.Arguments(positional, call.arguments(), tensors);
  }

  private List<SymbolicTensor> call(
      Layer layer, int index, List<SymbolicTensor> inputs, LayerCall.Arguments arguments) {
    String path = model.path().isEmpty() ? layer.name() : model.path() + "/" + layer.name();
    LayerCall call =
        new LayerCall(
            model.building(),
            layer,
            path,
            inputs,
            arguments,
            model.isTrainable() && LayerCall.isTrainable(layer));
    List<SymbolicTensor> outputs = new ArrayList<>();
    List<SymbolicTensor> computed =
        model.building().inside(new Reference.Place(path, index, 0), () -> Catalogue.outputs(call));
    for (SymbolicTensor output : computed) {
      SymbolicTensor named = call.ops().named(path + "/output", output);
      Optional<SymbolicTensor> mask = model.building().mask(output);
      mask.ifPresent(m -> model.building().mask(named, m));
      model.building().place(new Reference.Place(path, index, outputs.size()), named);
      outputs.add(named);
    }
    return outputs;
  }
}
