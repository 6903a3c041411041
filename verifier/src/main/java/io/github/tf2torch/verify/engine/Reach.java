package io.github.tf2torch.verify.engine;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/** Which values of a graph some islands have gone into. */
final class Reach {
  private final GraphDef graph;

  Reach(GraphDef graph) {
    this.graph = graph;
  }

  /** The nodes that are islands, call a function with an island, or read such a node. */
  Set<String> behind(List<Float64Rewrite.Island> islands) {
    if (islands.isEmpty()) {
      return Set.of();
    }
    Set<String> functions = new HashSet<>();
    Set<String> nodes = new HashSet<>();
    for (Float64Rewrite.Island island : islands) {
      if (island.function().isEmpty()) {
        nodes.add(island.node());
      } else {
        functions.add(island.function());
      }
    }
    addCallers(functions);
    Map<String, Set<String>> readers = new HashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      if (called(node).anyMatch(functions::contains)) {
        nodes.add(node.getName());
      }
      for (String input : node.getInputList()) {
        readers.computeIfAbsent(source(input), k -> new HashSet<>()).add(node.getName());
      }
    }
    ArrayDeque<String> open = new ArrayDeque<>(nodes);
    while (!open.isEmpty()) {
      for (String reader : readers.getOrDefault(open.pop(), Set.of())) {
        if (nodes.add(reader)) {
          open.push(reader);
        }
      }
    }
    return Set.copyOf(nodes);
  }

  private void addCallers(Set<String> functions) {
    boolean isGrowing = true;
    while (isGrowing) {
      isGrowing = false;
      for (FunctionDef function : graph.getLibrary().getFunctionList()) {
        boolean calls =
            function.getNodeDefList().stream().flatMap(Reach::called).anyMatch(functions::contains);
        isGrowing |= calls && functions.add(function.getSignature().getName());
      }
    }
  }

  /** The functions that a node may call, among them its own operation's name. */
  private static Stream<String> called(NodeDef node) {
    Stream<String> attrs =
        node.getAttrMap().values().stream().flatMap(Reach::functions).map(NameAttrList::getName);
    return Stream.concat(Stream.of(node.getOp()), attrs);
  }

  private static Stream<NameAttrList> functions(AttrValue value) {
    return value.hasFunc() ? Stream.of(value.getFunc()) : value.getList().getFuncList().stream();
  }

  private static String source(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
