package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.TensorValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.GraphDef;

/**
 * What has been added to the graph to differentiate it.
 *
 * @param fed the weights of the outputs, by where they are fed
 * @param gradients by target, those that the outputs depend on
 * @param weightedSum of the outputs
 */
record Backward(
    Map<Endpoint, TensorValue> fed, Map<Endpoint, Endpoint> gradients, Endpoint weightedSum) {
  /**
   * Adds it.
   *
   * @param moved where outputs are now that a rewrite has moved
   */
  static Backward of(
      Graph graph,
      GraphDef definition,
      Map<Endpoint, Endpoint> moved,
      Map<Endpoint, TensorValue> outputs,
      List<Endpoint> targets) {
    WeightedSum sum = new WeightedSum(graph);
    Map<Endpoint, TensorValue> fed = new LinkedHashMap<>();
    outputs.forEach(
        (endpoint, value) -> {
          Endpoint place = moved.getOrDefault(endpoint, endpoint);
          Output<?> output = graph.operation(place.node()).output(place.index());
          fed.put(sum.add(place, output), TensorFlowTensors.as(output.dataType(), value));
        });
    Map<Endpoint, Output<?>> found =
        BackwardWalk.run(graph, definition, sum.prefix(), sum.weights(), targets);
    Map<Endpoint, Endpoint> gradients = new LinkedHashMap<>();
    targets.stream()
        .distinct()
        .filter(found::containsKey)
        .forEach(
            t -> gradients.put(t, new Endpoint(found.get(t).op().name(), found.get(t).index())));
    return new Backward(fed, gradients, sum.of());
  }
}
