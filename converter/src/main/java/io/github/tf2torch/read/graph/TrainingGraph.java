package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A graph as one looks for its parts in it: what a tensor is made of, and what is made of it. Names
 * without a node lead nowhere.
 */
final class TrainingGraph {
  private static final Set<String> HOLDERS =
      Set.of("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable");
  private static final Set<String> PASSES =
      Set.of("Identity", "ReadVariableOp", "RefIdentity", "Snapshot", "Enter", "RefEnter");

  private static final int MOST_PASSED = 64;

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, FunctionDef> functions = new HashMap<>();
  private final Map<String, List<NodeDef>> users = new HashMap<>();

  TrainingGraph(GraphDef graph) {
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    graph.getLibrary().getFunctionList().forEach(f -> functions.put(f.getSignature().getName(), f));
    for (NodeDef node : nodes.values()) {
      inputs(node).forEach(i -> users.computeIfAbsent(i.node(), n -> new ArrayList<>()).add(node));
    }
  }

  Iterable<NodeDef> nodes() {
    return nodes.values();
  }

  Optional<NodeDef> maker(String input) {
    return Optional.ofNullable(nodes.get(References.node(input)));
  }

  Optional<NodeDef> maker(Endpoint tensor) {
    return Optional.ofNullable(nodes.get(tensor.node()));
  }

  /** One of the graph's own. */
  Optional<FunctionDef> function(String name) {
    return Optional.ofNullable(functions.get(name));
  }

  /** Those that read the node's value. */
  List<NodeDef> users(String node) {
    return users.getOrDefault(node, List.of());
  }

  /** What a node reads; without what it only waits for. */
  static List<Endpoint> inputs(NodeDef node) {
    return node.getInputList().stream()
        .filter(i -> !i.startsWith("^"))
        .map(References::endpoint)
        .toList();
  }

  /** Input {@code index}; empty where the node has fewer. */
  static Optional<Endpoint> input(NodeDef node, int index) {
    List<Endpoint> inputs = inputs(node);
    return index < inputs.size() ? Optional.of(inputs.get(index)) : Optional.empty();
  }

  static AttrValue attr(NodeDef node, String name) {
    return node.getAttrOrDefault(name, AttrValue.getDefaultInstance());
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
        readers.computeIfAbsent(References.node(input), n -> new ArrayList<>()).add(node);
      }
    }
    return readers;
  }

  Set<NodeDef> behind(Endpoint tensor) {
    return behind(tensor.node());
  }

  /** The names of all nodes that need the value of one of these, themselves included. */
  Set<String> ahead(Collection<String> from) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(from);
    while (!open.isEmpty()) {
      String name = open.remove();
      if (nodes.containsKey(name) && found.add(name)) {
        users(name).forEach(u -> open.add(u.getName()));
      }
    }
    return found;
  }

  /** The tensor behind nodes of these ops, which give on their first input. */
  Endpoint origin(Endpoint tensor, Set<String> passing) {
    Endpoint at = tensor;
    for (int i = 0; i < MOST_PASSED; i++) {
      Optional<Endpoint> next =
          maker(at).filter(n -> passing.contains(n.getOp())).flatMap(n -> input(n, 0));
      if (next.isEmpty()) {
        return at;
      }
      at = next.get();
    }
    return at;
  }
}
