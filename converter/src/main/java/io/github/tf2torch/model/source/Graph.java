package io.github.tf2torch.model.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A computation, its nodes in an order in which every input comes before its use (the back edge of
 * a TF1 loop apart). Calls are inlined; what control flow needs stays in {@code functions}.
 */
public record Graph(List<Node> nodes, Map<String, Function> functions) {
  public Graph {
    nodes = List.copyOf(nodes);
    functions = Map.copyOf(functions);
  }

  public Map<String, Node> byName() {
    Map<String, Node> index = new LinkedHashMap<>();
    nodes.forEach(n -> index.put(n.name(), n));
    return index;
  }

  public Optional<Node> node(String name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst();
  }

  /**
   * The body of an {@code If} or {@code While} branch, calls inlined; each belongs to one node. An
   * argument is a node of op {@code Placeholder} in {@code body}, in the order of the call's
   * arguments, whose name is unique in the whole graph.
   */
  public record Function(String name, List<String> arguments, Graph body, List<Endpoint> results) {
    public Function {
      arguments = List.copyOf(arguments);
      results = List.copyOf(results);
    }
  }
}
