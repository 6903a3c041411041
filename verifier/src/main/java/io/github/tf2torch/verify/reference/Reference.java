package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Keras model as a graph that TensorFlow runs.
 *
 * @param inputs where each is fed, by name, in the model's order
 * @param outputs by the name of the layer that gives them, in the model's order
 * @param layers the results of every layer, by its place, in the order of computation
 * @param updates in training: the value that a variable has after the call, by the variable's name
 * @param drawn in training: what layers draw, in the order of computation
 * @param mayDraw whether a layer draws in training, if this is not training
 */
public record Reference(
    TensorFlowGraph graph,
    Map<String, Endpoint> inputs,
    Map<String, SymbolicTensor> outputs,
    Map<Place, Endpoint> layers,
    Map<String, Endpoint> updates,
    List<Drawn> drawn,
    boolean mayDraw) {
  public Reference {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    updates = Collections.unmodifiableMap(new LinkedHashMap<>(updates));
    drawn = List.copyOf(drawn);
  }

  /**
   * A result of a layer.
   *
   * @param path names of the models that it is in and its own, by slashes; without the root's
   * @param call which use of the layer, from 0, in the model that it is part of
   * @param output which of its results, from 0
   */
  public record Place(String path, int call, int output) {
    /** As a source of the program that was made of the same model: {@code block/conv:0}. */
    public Endpoint endpoint() {
      return new Endpoint(call == 0 ? path : path + "#" + call, output);
    }
  }
}
