package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.KerasModel;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.GraphBuilder;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds TensorFlow's side of a Keras file. */
public final class KerasReference {
  private KerasReference() {}

  /**
   * The model as a graph, for inputs of these shapes: recurrent layers are unrolled.
   *
   * @param shapes by the inputs' names
   * @param isTraining whether layers do what they do under {@code training=True}
   * @throws MissingReference where it is not known what a layer computes
   */
  public static Reference build(
      KerasModel model, List<Variable> variables, Map<String, Shape> shapes, boolean isTraining) {
    Building.Mode mode = isTraining ? Building.Mode.TRAINING : Building.Mode.INFERENCE;
    return build(model, variables, shapes, mode, false);
  }

  /**
   * The same in which layers that draw do what they do under {@code training=True}, and no others.
   *
   * @param isGiven whether the graph is fed what they draw; else it draws by their seeds
   */
  public static Reference dropping(
      KerasModel model, List<Variable> variables, Map<String, Shape> shapes, boolean isGiven) {
    return build(model, variables, shapes, Building.Mode.DROPPING, isGiven);
  }

  private static Reference build(
      KerasModel model,
      List<Variable> variables,
      Map<String, Shape> shapes,
      Building.Mode mode,
      boolean isGiven) {
    try (GraphBuilder graph = new GraphBuilder()) {
      Building building =
          new Building(
              graph, variables, KerasVersion.of(model.version(), model.backend()), mode, isGiven);
      Map<String, Endpoint> inputs = new LinkedHashMap<>();
      List<SymbolicTensor> fed = new ArrayList<>();
      for (Signature.Tensor input : KerasInputs.of(model)) {
        Shape shape = shapes.get(input.key());
        if (shape == null) {
          throw new IllegalArgumentException("no shape for input " + input.key());
        }
        SymbolicTensor placeholder = graph.placeholder(input.key(), input.dtype(), shape);
        inputs.put(input.key(), placeholder.endpoint());
        fed.add(placeholder);
      }
      LayerCall root =
          new LayerCall(
              building,
              model.root(),
              "",
              fed,
              LayerCall.Arguments.NONE,
              LayerCall.isTrainable(model.root()));
      Map<String, SymbolicTensor> outputs = named(model, Catalogue.outputs(root));
      return new Reference(
          graph.build(),
          inputs,
          outputs,
          building.places(),
          building.updates(),
          building.drawn(),
          building.mayDraw());
    }
  }

  /** By the layers that give them, as Keras names outputs. */
  private static Map<String, SymbolicTensor> named(KerasModel model, List<SymbolicTensor> outputs) {
    Map<String, SymbolicTensor> named = new LinkedHashMap<>();
    List<Layer> layers = model.root().layers();
    for (int i = 0; i < outputs.size(); i++) {
      String layer =
          i < model.outputs().size()
              ? model.outputs().get(i).layer()
              : layers.get(layers.size() - 1).name();
      named.put(named.containsKey(layer) ? layer + "_" + i : layer, outputs.get(i));
    }
    return named;
  }
}
