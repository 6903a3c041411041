package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Leaves what the outputs need. An order of execution matters only where a variable changes. */
final class Pruning implements Pass {
  @Override
  public Graph apply(Graph graph, Setting setting) {
    Map<String, Node> byName = graph.byName();
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    setting.outputs().forEach(o -> open.push(o.node()));
    while (!open.isEmpty()) {
      Node node = byName.get(open.pop());
      if (node != null && needed.add(node.name())) {
        node.inputs().stream().map(Endpoint::node).forEach(open::push);
        effects(node, byName).forEach(open::push);
      }
    }
    List<Node> nodes =
        graph.nodes().stream()
            .filter(n -> needed.contains(n.name()))
            .map(n -> new Node(n.name(), n.op(), n.inputs(), effects(n, byName), n.attrs()))
            .toList();
    return new Graph(nodes, functions(nodes, graph.functions()));
  }

  private static List<String> effects(Node node, Map<String, Node> byName) {
    return node.controlInputs().stream()
        .filter(c -> byName.containsKey(c) && byName.get(c).op().contains("Assign"))
        .toList();
  }

  private static Map<String, Graph.Function> functions(
      List<Node> nodes, Map<String, Graph.Function> all) {
    Map<String, Graph.Function> kept = new TreeMap<>();
    Deque<Node> open = new ArrayDeque<>(nodes);
    while (!open.isEmpty()) {
      open.pop().attrs().values().stream()
          .flatMap(a -> a instanceof Attr.ListOf list ? list.values().stream() : Stream.of(a))
          .filter(a -> a instanceof Attr.Function)
          .map(a -> ((Attr.Function) a).name())
          .filter(name -> all.containsKey(name) && !kept.containsKey(name))
          .forEach(
              name -> {
                kept.put(name, all.get(name));
                all.get(name).body().nodes().forEach(open::push);
              });
    }
    return kept;
  }
}
