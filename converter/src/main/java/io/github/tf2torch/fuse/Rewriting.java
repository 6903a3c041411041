package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The changes of one pass, collected while the graph is read and then made all at once. */
final class Rewriting {
  private final Map<String, List<Node>> replaced = new HashMap<>();
  private final Map<Endpoint, Endpoint> redirected = new HashMap<>();

  /** Puts nodes where {@code place} is now; the last is to bear its name. */
  void replace(Node place, List<Node> by) {
    replaced.put(place.name(), by);
  }

  void replace(Node place, Node by) {
    replace(place, List.of(by));
  }

  /** Makes every user of a tensor use another. */
  void redirect(Endpoint from, Endpoint to) {
    redirected.put(from, to);
  }

  Graph apply(Graph graph) {
    List<Node> nodes =
        graph.nodes().stream()
            .flatMap(n -> replaced.getOrDefault(n.name(), List.of(n)).stream())
            .map(n -> withInputs(n, n.inputs().stream().map(this::target).toList()))
            .toList();
    return new Graph(nodes, graph.functions());
  }

  private Endpoint target(Endpoint endpoint) {
    Endpoint at = endpoint;
    while (redirected.containsKey(at)) {
      at = redirected.get(at);
    }
    return at;
  }

  /** What gives on a tensor under the name of a node. */
  static Node passing(Node place, Endpoint tensor) {
    return new Node(place.name(), "Identity", List.of(tensor), List.of(), Map.of());
  }

  static Node withInputs(Node node, List<Endpoint> inputs) {
    return new Node(node.name(), node.op(), inputs, node.controlInputs(), node.attrs());
  }

  static Map<String, Attr> with(Map<String, Attr> attrs, String name, Attr value) {
    Map<String, Attr> more = new TreeMap<>(attrs);
    more.put(name, value);
    return more;
  }
}
