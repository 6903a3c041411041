package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A graph without the branches that a run does not take: TensorFlow's C++ registry has no gradient
 * of control flow, and what is left of a condition whose outcome is known is plain arithmetic.
 */
public final class BranchesTaken {
  private static final Set<String> CONDITIONS = Set.of("If", "StatelessIf");
  private static final int DEPTH = 16;

  private final TensorFlowLibrary library = TensorFlowLibrary.load();
  private final Map<String, FunctionDef> functions = new HashMap<>();

  private BranchesTaken(GraphDef graph) {
    graph.getLibrary().getFunctionList().forEach(f -> functions.put(f.getSignature().getName(), f));
  }

  /** Runs a graph as it is and answers what is asked for. */
  public interface Run extends BiFunction<TensorFlowGraph, List<Endpoint>, List<TensorValue>> {}

  /** The graph with the branches that {@code run} takes on the way to the outputs. */
  public static TensorFlowGraph of(TensorFlowGraph graph, Collection<Endpoint> outputs, Run run) {
    TensorFlowGraph current = graph;
    for (int depth = 0; depth < DEPTH; depth++) {
      List<NodeDef> open = conditions(current.graph(), outputs);
      if (open.isEmpty()) {
        return current;
      }
      List<Endpoint> asked = open.stream().map(BranchesTaken::decision).toList();
      List<TensorValue> decided = run.apply(current, asked);
      Map<String, Boolean> taken = new LinkedHashMap<>();
      for (int i = 0; i < open.size(); i++) {
        taken.put(open.get(i).getName(), decided.get(i).longs()[0] != 0);
      }
      current =
          new TensorFlowGraph(
              new BranchesTaken(current.graph()).without(current.graph(), taken),
              current.handles());
    }
    return current;
  }

  /** What says which branch is taken: a predicate, or which input a merge lets through. */
  private static Endpoint decision(NodeDef node) {
    return node.getOp().equals("Merge")
        ? new Endpoint(node.getName(), 1)
        : Endpoint.parse(node.getInput(0));
  }

  private static List<NodeDef> conditions(GraphDef graph, Collection<Endpoint> outputs) {
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    boolean hasLoops = nodes.values().stream().anyMatch(n -> n.getOp().equals("NextIteration"));
    Set<String> seen = new HashSet<>();
    ArrayDeque<String> open = new ArrayDeque<>();
    outputs.forEach(o -> open.push(o.node()));
    List<NodeDef> found = new ArrayList<>();
    while (!open.isEmpty()) {
      NodeDef node = nodes.get(open.pop());
      if (node == null || !seen.add(node.getName())) {
        continue;
      }
      if (CONDITIONS.contains(node.getOp()) || node.getOp().equals("Merge") && !hasLoops) {
        found.add(node);
      }
      node.getInputList().stream()
          .filter(i -> !i.startsWith("^"))
          .forEach(i -> open.push(Endpoint.parse(i).node()));
    }
    // what is inside another's branch may not run at all: the outer one comes first
    boolean hasMerge = found.stream().anyMatch(n -> n.getOp().equals("Merge"));
    return hasMerge ? found.stream().filter(n -> n.getOp().equals("Merge")).toList() : found;
  }

  private GraphDef without(GraphDef graph, Map<String, Boolean> taken) {
    GraphDef.Builder out = graph.toBuilder().clearNode();
    boolean hasMerge =
        graph.getNodeList().stream()
            .anyMatch(n -> n.getOp().equals("Merge") && taken.containsKey(n.getName()));
    for (NodeDef node : graph.getNodeList()) {
      if (hasMerge && node.getOp().equals("Switch")) {
        String data = node.getInput(0);
        AttrValue type = node.getAttrOrThrow("T");
        out.addNode(
            identities(
                node.getName(), List.of(data, data), List.of(type.getType(), type.getType())));
      } else if (!taken.containsKey(node.getName())) {
        out.addNode(node);
      } else if (node.getOp().equals("Merge")) {
        String live = node.getInput(taken.get(node.getName()) ? 1 : 0);
        out.addNode(
            NodeScope.node(node.getName(), "Identity", live)
                .putAttr("T", node.getAttrOrThrow("T")));
      } else {
        String branch = taken.get(node.getName()) ? "then_branch" : "else_branch";
        inline(node, functions.get(node.getAttrOrThrow(branch).getFunc().getName()), out);
      }
    }
    return out.build();
  }

  private void inline(NodeDef node, FunctionDef body, GraphDef.Builder out) {
    Map<String, String> arguments = new HashMap<>();
    for (int i = 0; i < body.getSignature().getInputArgCount(); i++) {
      arguments.put(body.getSignature().getInputArg(i).getName(), node.getInput(i + 1));
    }
    Map<String, NodeDef> inner = new HashMap<>();
    body.getNodeDefList().forEach(n -> inner.put(n.getName(), n));
    String prefix = node.getName() + "/taken/";
    for (NodeDef n : body.getNodeDefList()) {
      NodeDef.Builder copy = n.toBuilder().setName(prefix + n.getName()).clearInput();
      n.getInputList().stream()
          .filter(i -> !i.startsWith("^"))
          .forEach(i -> copy.addInput(outside(i, arguments, inner, prefix)));
      out.addNode(copy);
    }
    List<String> results = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    body.getSignature()
        .getOutputArgList()
        .forEach(
            result -> {
              results.add(outside(body.getRetOrThrow(result.getName()), arguments, inner, prefix));
              types.add(result.getType());
            });
    out.addNode(identities(node.getName(), results, types));
  }

  private String outside(
      String input, Map<String, String> arguments, Map<String, NodeDef> inner, String prefix) {
    String[] parts = input.split(":", -1);
    if (arguments.containsKey(parts[0])) {
      return arguments.get(parts[0]);
    }
    if (parts.length == 1) {
      return prefix + parts[0];
    }
    NodeDef node = inner.get(parts[0]);
    List<FlatArgument> outputs = FlatArgument.of(library.op(node.getOp()).getOutputArgList(), node);
    int within = Integer.parseInt(parts[2]);
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).argument().equals(parts[1]) && outputs.get(i).index() == within) {
        return prefix + parts[0] + (i == 0 ? "" : ":" + i);
      }
    }
    throw new EngineFailure("the graph reads " + input + ", which no node gives");
  }

  private static NodeDef identities(String name, List<String> inputs, List<DataType> types) {
    AttrValue.ListValue list = AttrValue.ListValue.newBuilder().addAllType(types).build();
    return NodeScope.node(name, "IdentityN", inputs.toArray(String[]::new))
        .putAttr("T", AttrValue.newBuilder().setList(list).build())
        .build();
  }
}
