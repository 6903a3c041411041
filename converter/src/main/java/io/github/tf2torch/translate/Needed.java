package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.TfModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes that a signature's outputs need, one branch after the other as a person would write
 * them. The order follows from the graph's edges alone, so that it doesn't depend on the file's.
 */
final class Needed {
  private final Map<String, Node> nodes;
  private final Set<String> inputs = new HashSet<>();
  private final Set<String> reached = new HashSet<>();
  private final List<Node> ordered = new ArrayList<>();

  private Needed(TfModel model, Graph graph) {
    nodes = graph.byName();
    model.signature().inputs().forEach(i -> inputs.add(i.endpoint().node()));
  }

  static Graph of(TfModel model, Graph graph) {
    Needed needed = new Needed(model, graph);
    model.signature().outputs().forEach(o -> needed.visit(o.endpoint().node()));
    return new Graph(needed.ordered, graph.functions());
  }

  private record Open(Node node, Iterator<Endpoint> inputs) {}

  /** Depth first, but with a stack of its own: graphs are deeper than Java's. */
  private void visit(String output) {
    Deque<Open> stack = new ArrayDeque<>();
    enter(output, stack);
    while (!stack.isEmpty()) {
      Open open = stack.element();
      if (open.inputs().hasNext()) {
        enter(open.inputs().next().node(), stack);
      } else {
        ordered.add(stack.remove().node());
      }
    }
  }

  private void enter(String name, Deque<Open> stack) {
    if (!reached.add(name)) {
      return;
    }
    Node node = nodes.get(name);
    if (node != null) {
      boolean isInput = inputs.contains(name);
      stack.push(
          new Open(node, isInput ? List.<Endpoint>of().iterator() : node.inputs().iterator()));
    } else if (!inputs.contains(name)) {
      throw new IllegalStateException("the graph lacks node \"" + name + "\"");
    }
  }
}
