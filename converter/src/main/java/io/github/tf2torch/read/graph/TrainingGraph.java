package io.github.tf2torch.read.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** A graph as one looks for its parts in it: what a tensor is made of. */
final class TrainingGraph {
  private static final Set<String> HOLDERS =
      Set.of("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable");
  private static final Set<String> PASSES =
      Set.of("Identity", "ReadVariableOp", "RefIdentity", "Snapshot", "Enter", "RefEnter");

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();

  TrainingGraph(GraphDef graph) {
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
  }

  Iterable<NodeDef> nodes() {
    return nodes.values();
  }

  Optional<NodeDef> maker(String input) {
    return Optional.ofNullable(nodes.get(References.node(input)));
  }

  static boolean isPlaceholder(NodeDef node) {
    return node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderWithDefault");
  }

  static boolean isVariable(NodeDef node) {
    return HOLDERS.contains(node.getOp());
  }

  /** The node behind what only passes a value on. */
  Optional<NodeDef> origin(String input) {
    Optional<NodeDef> node = maker(input);
    Set<String> seen = new HashSet<>();
    while (node.isPresent()
        && PASSES.contains(node.get().getOp())
        && node.get().getInputCount() > 0
        && seen.add(node.get().getName())) {
      node = maker(node.get().getInput(0));
    }
    return node;
  }

  /** Everything that a tensor's value is made of, itself included. */
  Set<NodeDef> behind(String input) {
    Set<NodeDef> found = new LinkedHashSet<>();
    Deque<NodeDef> open = new ArrayDeque<>();
    maker(input).ifPresent(open::add);
    while (!open.isEmpty()) {
      NodeDef node = open.remove();
      if (found.add(node)) {
        node.getInputList().stream()
            .filter(i -> !i.startsWith("^"))
            .forEach(i -> maker(i).ifPresent(open::add));
      }
    }
    return found;
  }

  /** Node → the nodes that read it, among {@code some}. */
  static Map<String, List<NodeDef>> readers(Set<NodeDef> some) {
    Map<String, List<NodeDef>> readers = new HashMap<>();
    for (NodeDef node : some) {
      for (String input : node.getInputList()) {
        readers.computeIfAbsent(References.node(input), n -> new java.util.ArrayList<>()).add(node);
      }
    }
    return readers;
  }
}
