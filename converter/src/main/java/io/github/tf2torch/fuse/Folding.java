package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes what depends on constants alone. */
final class Folding implements Pass {
  // Large constants are weights: those stay, so that their names are not lost
  private static final long LARGEST_ELEMENTS = 1 << 16;

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Map<Endpoint, TensorValue> known = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Optional<TensorValue> value = value(node, known);
      value.ifPresent(v -> known.put(node.output(0), v));
      nodes.add(
          value.isPresent() && !node.op().equals("Const")
              ? constant(node.name(), value.get())
              : node);
    }
    return new Graph(nodes, graph.functions());
  }

  private static Optional<TensorValue> value(Node node, Map<Endpoint, TensorValue> known) {
    if (node.op().equals("Const")) {
      return node.attrs().get("value") instanceof Attr.Tensor tensor
              && tensor.value().shape().count() <= LARGEST_ELEMENTS
          ? Optional.of(tensor.value())
          : Optional.empty();
    }
    List<TensorValue> inputs =
        node.inputs().stream().map(known::get).filter(v -> v != null).toList();
    if (inputs.isEmpty() || inputs.size() < node.inputs().size()) {
      return Optional.empty();
    }
    return Interpreter.evaluate(node, inputs).filter(v -> v.shape().count() <= LARGEST_ELEMENTS);
  }

  static Node constant(String name, TensorValue value) {
    return new Node(
        name,
        "Const",
        List.of(),
        List.of(),
        Map.of("value", new Attr.Tensor(value), "dtype", new Attr.Type(value.dtype())));
  }
}
