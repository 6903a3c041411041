package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.read.bundle.VariableRoles;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Freezing turned variables into constants; this finds them again. A constant that an op takes as
 * its weight is one, and so is any other of floats that is not a scalar; what shapes and axes are
 * made of stays a constant. Whether it was trained, a frozen graph has lost: only what an op takes
 * as its weight, or what is still read as a variable, counts as such; the rest (a mean to subtract)
 * becomes a buffer.
 */
final class FrozenWeights {
  /** The inputs that are weights, by op. */
  private static final Map<String, Set<Integer>> PLACES =
      Map.ofEntries(
          Map.entry("Conv2D", Set.of(1)),
          Map.entry("Conv3D", Set.of(1)),
          Map.entry("DepthwiseConv2dNative", Set.of(1)),
          Map.entry("Conv2DBackpropInput", Set.of(1)),
          Map.entry("Conv3DBackpropInputV2", Set.of(1)),
          Map.entry("MatMul", Set.of(0, 1)),
          Map.entry("BatchMatMul", Set.of(0, 1)),
          Map.entry("BatchMatMulV2", Set.of(0, 1)),
          Map.entry("BatchMatMulV3", Set.of(0, 1)),
          Map.entry("BiasAdd", Set.of(1)),
          Map.entry("FusedBatchNorm", Set.of(1, 2, 3, 4)),
          Map.entry("FusedBatchNormV2", Set.of(1, 2, 3, 4)),
          Map.entry("FusedBatchNormV3", Set.of(1, 2, 3, 4)),
          Map.entry("GatherV2", Set.of(0)));

  private static final Set<String> PASSES =
      Set.of("Identity", "Enter", "Reshape", "Squeeze", "ExpandDims", "Transpose", "Cast");

  private final Map<String, TensorValue> values = new LinkedHashMap<>();
  private final List<Variable> variables = new ArrayList<>();

  private FrozenWeights() {}

  static FrozenWeights of(Graph graph) {
    FrozenWeights found = new FrozenWeights();
    Set<String> weights = takenAsWeights(graph);
    for (Node node : graph.nodes()) {
      if (node.op().equals("Const")) {
        found.consider(node, weights.contains(node.name()));
      }
    }
    return found;
  }

  private void consider(Node node, boolean isWeight) {
    Optional<Attr> value = Optional.ofNullable(node.attrs().get("value"));
    if (value.isEmpty() || !(value.get() instanceof Attr.Tensor tensor)) {
      return;
    }
    TensorValue constant = tensor.value();
    boolean isFloats = constant.dtype().isFloating() && constant.shape().rank() > 0;
    if (!isFloats || (!isWeight && constant.shape().count() < 2)) {
      return;
    }
    String name = node.name();
    Role role = VariableRoles.of(name, name, constant.dtype(), constant.shape());
    values.put(name, constant);
    variables.add(
        new Variable(
            name,
            name,
            constant.dtype(),
            constant.shape(),
            role == Role.WEIGHT && !isWeight ? Role.OTHER : role,
            List.of()));
  }

  /** Constants that some op takes in a weight's place, directly, passed on or in a branch. */
  private static Set<String> takenAsWeights(Graph graph) {
    Set<String> taken = new HashSet<>();
    Map<String, String> constants = new HashMap<>();
    graph.nodes().forEach(n -> constants.put(n.name(), n.name()));
    collect(graph.nodes(), constants, graph.functions(), taken);
    return taken;
  }

  /**
   * @param origins what is known of nodes: which constant of the whole graph they stand for
   */
  private static void collect(
      List<Node> nodes,
      Map<String, String> origins,
      Map<String, Graph.Function> functions,
      Set<String> taken) {
    Map<String, Node> byName = new Graph(nodes, Map.of()).byName();
    for (Node node : nodes) {
      for (int place : PLACES.getOrDefault(node.op(), Set.of())) {
        if (place < node.inputs().size()) {
          taken.add(origin(node.input(place), byName, origins));
        }
      }
      if (node.op().equals("Identity") && isRead(node)) {
        taken.add(origin(node.input(0), byName, origins));
      }
      List<Endpoint> given = Branches.arguments(node.op(), node.inputs());
      for (String branch : branches(node)) {
        Graph.Function function = functions.get(branch);
        if (function != null && !given.isEmpty()) {
          Map<String, String> arguments = new HashMap<>();
          int count = Math.min(given.size(), function.arguments().size());
          for (int i = 0; i < count; i++) {
            arguments.put(function.arguments().get(i), origin(given.get(i), byName, origins));
          }
          collect(function.body().nodes(), arguments, functions, taken);
        }
      }
    }
  }

  private static List<String> branches(Node node) {
    List<String> names = new ArrayList<>();
    for (Attr attr : node.attrs().values()) {
      if (attr instanceof Attr.Function f) {
        names.add(f.name());
      } else if (attr instanceof Attr.ListOf list) {
        list.values().stream()
            .filter(Attr.Function.class::isInstance)
            .forEach(f -> names.add(((Attr.Function) f).name()));
      }
    }
    return names;
  }

  private static String origin(
      Endpoint endpoint, Map<String, Node> byName, Map<String, String> origins) {
    Node node = byName.get(endpoint.node());
    for (int steps = 0; node != null && passes(node) && steps < 16; steps++) {
      node = byName.get(node.input(0).node());
    }
    return node == null ? "" : origins.getOrDefault(node.name(), "");
  }

  /** What TensorFlow 1 puts after a variable, {@code w} and {@code w/read}, outlives freezing. */
  private static boolean isRead(Node node) {
    return !node.inputs().isEmpty() && node.name().equals(node.input(0).node() + "/read");
  }

  private static boolean passes(Node node) {
    return PASSES.contains(node.op()) && !node.inputs().isEmpty();
  }

  List<Variable> variables() {
    return List.copyOf(variables);
  }

  /** Each node that holds a weight → the variable's name, which is the node's. */
  Map<String, String> handles() {
    Map<String, String> handles = new HashMap<>();
    values.keySet().forEach(n -> handles.put(n, n));
    return handles;
  }

  /** The graph with variables in place of the constants that hold them. */
  Graph thawed(Graph graph) {
    return new Graph(graph.nodes().stream().map(this::thawed).toList(), graph.functions());
  }

  private Node thawed(Node node) {
    TensorValue value = values.get(node.name());
    if (value == null) {
      return node;
    }
    Map<String, Attr> attrs =
        Map.of(
            "dtype", new Attr.Type(value.dtype()),
            "shape", new Attr.ShapeOf(Optional.of(Dims.of(value.shape()))));
    return new Node(node.name(), "VariableV2", List.of(), node.controlInputs(), attrs);
  }

  TensorSource tensors() {
    return (variable, offset, target) -> read(values.get(variable), variable, offset, target);
  }

  static void read(@Nullable TensorValue value, String variable, long offset, ByteBuffer target) {
    if (value == null) {
      throw new IllegalArgumentException("no variable is named \"" + variable + "\"");
    }
    ByteBuffer bytes = value.bytes();
    bytes.position(Math.toIntExact(offset));
    target.put(bytes.limit(Math.toIntExact(offset + target.remaining())));
  }
}
