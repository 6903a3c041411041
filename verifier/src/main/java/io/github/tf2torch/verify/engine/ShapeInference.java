package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Shape;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** How large a graph's tensors will be, told by TensorFlow without running it. */
public final class ShapeInference {
  private ShapeInference() {}

  /**
   * The shapes of those endpoints of which every extent follows from the inputs' shapes.
   *
   * @param inputs what will be fed
   */
  public static Map<Endpoint, Shape> run(
      TensorFlowGraph graph,
      List<Variable> variables,
      Map<Endpoint, Shape> inputs,
      Collection<Endpoint> endpoints) {
    TensorFlowLibrary.load();
    Map<String, Variable> byName =
        variables.stream().collect(Collectors.toMap(Variable::name, Function.identity()));
    GraphDef named = VariableAssignment.withOwnHandles(graph, byName);
    Map<Endpoint, Shape> shapes = new HashMap<>();
    try (Graph imported = new Graph()) {
      imported.importGraphDef(withShapes(named, inputs));
      for (Endpoint endpoint : endpoints) {
        Operation operation = imported.operation(endpoint.node());
        if (operation == null || endpoint.index() >= operation.numOutputs()) {
          continue;
        }
        org.tensorflow.ndarray.Shape found = operation.output(endpoint.index()).shape();
        if (!found.hasUnknownDimension()) {
          shapes.put(endpoint, Shape.of(found.asArray()));
        }
      }
      return shapes;
    } catch (RuntimeException e) {
      throw new EngineFailure("TensorFlow does not take the graph: " + e.getMessage(), e);
    }
  }

  private static GraphDef withShapes(GraphDef graph, Map<Endpoint, Shape> inputs) {
    GraphDef.Builder out = graph.toBuilder();
    for (int i = 0; i < out.getNodeCount(); i++) {
      NodeDef node = out.getNode(i);
      Shape shape = inputs.get(new Endpoint(node.getName(), 0));
      if (shape != null && node.getOp().equals("Placeholder")) {
        TensorShapeProto.Builder extents = TensorShapeProto.newBuilder();
        shape.dims().forEach(extent -> extents.addDimBuilder().setSize(extent));
        AttrValue value = AttrValue.newBuilder().setShape(extents).build();
        out.setNode(i, node.toBuilder().putAttr("shape", value).build());
      }
    }
    return out.build();
  }
}
