package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes with every input before its use, else in the order in which they are given. */
final class InOrder {
  private InOrder() {}

  private record Open(Node node, Iterator<Endpoint> inputs) {}

  static List<Node> of(List<Node> nodes) {
    Map<String, Node> byName = new HashMap<>();
    nodes.forEach(n -> byName.put(n.name(), n));
    List<Node> ordered = new ArrayList<>();
    Set<String> reached = new HashSet<>();
    Deque<Open> stack = new ArrayDeque<>();
    for (Node node : nodes) {
      enter(node, reached, stack);
      while (!stack.isEmpty()) {
        Open open = stack.element();
        if (!open.inputs().hasNext()) {
          ordered.add(stack.remove().node());
          continue;
        }
        Node input = byName.get(open.inputs().next().node());
        if (input != null) {
          enter(input, reached, stack);
        }
      }
    }
    return ordered;
  }

  private static void enter(Node node, Set<String> reached, Deque<Open> stack) {
    if (reached.add(node.name())) {
      stack.push(new Open(node, node.inputs().iterator()));
    }
  }
}
