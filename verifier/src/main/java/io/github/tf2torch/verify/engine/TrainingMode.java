package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** How a graph is told to train, and what it changes then. */
public final class TrainingMode {
  private static final Set<String> PASSES =
      Set.of("Identity", "Switch", "RefSwitch", "Enter", "RefEnter");

  private TrainingMode() {}

  /**
   * What the flags of a graph are fed in training: the contrary of what each has at inference. The
   * share that dropout keeps, or drops, is fed as a half, as the conversion's {@code nn.Dropout}
   * has it.
   *
   * @param inputs what is fed anyway
   */
  public static Map<Endpoint, TensorValue> flags(GraphDef graph, Collection<Endpoint> inputs) {
    Map<String, NodeDef> nodes = byName(graph);
    Set<String> fed = new HashSet<>();
    inputs.forEach(i -> fed.add(i.node()));
    Map<Endpoint, TensorValue> flags = new LinkedHashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      NodeDef constant =
          node.getOp().equals("PlaceholderWithDefault") && !fed.contains(node.getName())
              ? nodes.get(Endpoint.parse(node.getInput(0)).node())
              : null;
      if (constant == null || !constant.getOp().equals("Const")) {
        continue;
      }
      TensorProto value = constant.getAttrOrThrow("value").getTensor();
      if (value.getTensorShape().getDimCount() == 0) {
        contrary(value).ifPresent(v -> flags.put(new Endpoint(node.getName(), 0), v));
      }
    }
    return flags;
  }

  private static Optional<TensorValue> contrary(TensorProto value) {
    if (value.getDtype() == DataType.DT_BOOL) {
      boolean isSet =
          value.getBoolValCount() > 0
              ? value.getBoolVal(0)
              : value.getTensorContent().size() > 0 && value.getTensorContent().byteAt(0) != 0;
      return Optional.of(TensorValue.ofLongs(DType.BOOL, Shape.of(), isSet ? 0 : 1));
    }
    boolean isShare =
        value.getDtype() == DataType.DT_FLOAT
            && value.getTensorContent().isEmpty()
            && (value.getFloatValCount() == 0
                || value.getFloatVal(0) == 0
                || value.getFloatVal(0) == 1);
    return isShare
        ? Optional.of(TensorValue.ofDoubles(DType.FLOAT32, Shape.of(), 0.5))
        : Optional.empty();
  }

  /**
   * An operation that changes a variable.
   *
   * @param isByShare whether it takes off one share of a difference; else it adds two shares, which
   *     as float32 numbers need not sum to one
   */
  public record Update(String node, boolean isByShare) {}

  /**
   * The operations that change these variables and depend on what is fed: not those that initialize
   * or restore them.
   *
   * @param fed the nodes that are fed
   */
  public static List<Update> updates(
      TensorFlowGraph graph, Collection<String> variables, Collection<Endpoint> fed) {
    Map<String, NodeDef> nodes = byName(graph.graph());
    Set<String> moving = new HashSet<>();
    fed.forEach(f -> moving.add(f.node()));
    boolean isGrowing = true;
    while (isGrowing) {
      isGrowing = false;
      for (NodeDef node : nodes.values()) {
        if (!moving.contains(node.getName())
            && data(node).stream().anyMatch(i -> moving.contains(i.node()))) {
          moving.add(node.getName());
          isGrowing = true;
        }
      }
    }
    List<Update> updates = new ArrayList<>();
    for (NodeDef node : nodes.values()) {
      if (node.getOp().startsWith("Assign")
          && moving.contains(node.getName())
          && variables.contains(holder(node, nodes, graph.handles()))) {
        updates.add(new Update(node.getName(), node.getOp().contains("Sub")));
      }
    }
    return updates;
  }

  private static String holder(
      NodeDef assign, Map<String, NodeDef> nodes, Map<String, String> handles) {
    String at = Endpoint.parse(assign.getInput(0)).node();
    Set<String> seen = new HashSet<>();
    while (!handles.containsKey(at) && seen.add(at)) {
      NodeDef node = nodes.get(at);
      if (node == null || !PASSES.contains(node.getOp())) {
        return "";
      }
      at = Endpoint.parse(node.getInput(0)).node();
    }
    return handles.getOrDefault(at, "");
  }

  static Map<String, NodeDef> byName(GraphDef graph) {
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    return nodes;
  }

  static List<Endpoint> data(NodeDef node) {
    return node.getInputList().stream()
        .filter(i -> !i.startsWith("^"))
        .map(Endpoint::parse)
        .toList();
  }

  /** How far nodes are behind a place, up to other places that are known. */
  static Map<String, Integer> behind(
      Map<String, NodeDef> nodes, Endpoint from, Collection<Endpoint> boundaries) {
    Map<String, Integer> distance = new LinkedHashMap<>(Map.of(from.node(), 0));
    List<String> open = new ArrayList<>(List.of(from.node()));
    Set<String> ends = new HashSet<>();
    boundaries.forEach(b -> ends.add(b.node()));
    ends.remove(from.node());
    for (int i = 0; i < open.size(); i++) {
      NodeDef node = nodes.get(open.get(i));
      for (Endpoint input : node == null ? List.<Endpoint>of() : data(node)) {
        if (!ends.contains(input.node())
            && distance.putIfAbsent(input.node(), distance.get(open.get(i)) + 1) == null) {
          open.add(input.node());
        }
      }
    }
    return new HashMap<>(distance);
  }
}
