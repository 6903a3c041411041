package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes every read of a variable one {@code Variable}, whatever stood for the variable. A variable
 * holds here what the file says, so a read that comes after a change is left alone.
 */
final class VariableReads implements Pass {
  private static final Set<String> REFERENCES = Set.of("VariableV2", "Variable");
  private static final Pattern WRITES =
      Pattern.compile("(Resource)?(Assign|Apply|Sparse|Scatter|StridedSliceAssign).*");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    Map<String, Node> first = new HashMap<>();
    for (Node node : graph.nodes()) {
      Optional<Variable> variable = read(node, nodes, setting);
      if (variable.isEmpty() || isWrittenBefore(node, variable.get(), nodes, setting)) {
        continue;
      }
      if (node.op().equals("ResourceGather")) {
        rewriting.replace(node, gather(node, variable.get()));
        continue;
      }
      Node read = Setting.read(node.name(), variable.get());
      rewriting.replace(node, read);
      Node other = first.putIfAbsent(variable.get().name(), read);
      if (other != null) {
        rewriting.redirect(node.output(0), other.output(0));
      }
    }
    return rewriting.apply(graph);
  }

  /** The variable that a node reads. */
  private static Optional<Variable> read(Node node, Nodes nodes, Setting setting) {
    return switch (node.op()) {
      case "ReadVariableOp", "ResourceGather" -> variable(node.input(0), nodes, setting);
      case "Identity" ->
          nodes.maker(node.input(0), REFERENCES).flatMap(n -> setting.variable(node.input(0)));
      case "VariableV2", "Variable" -> setting.variable(node.output(0));
      default -> Optional.empty();
    };
  }

  /** Whether the read waits for the variable to change; such a read stays what it is. */
  private static boolean isWrittenBefore(
      Node read, Variable variable, Nodes nodes, Setting setting) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(read.controlInputs());
    while (!open.isEmpty()) {
      Optional<Node> node = nodes.named(open.pop());
      if (node.isEmpty() || !seen.add(node.get().name())) {
        continue;
      }
      Node before = node.get();
      boolean writes = WRITES.matcher(before.op()).matches();
      if (writes
          && variable(before.input(0), nodes, setting).filter(variable::equals).isPresent()) {
        return true;
      }
      before.inputs().forEach(i -> open.push(i.node()));
      before.controlInputs().forEach(open::push);
    }
    return false;
  }

  /** The variable behind a handle, which may have been passed on. */
  static Optional<Variable> variable(Endpoint handle, Nodes nodes, Setting setting) {
    Endpoint at = handle;
    Optional<Node> passing = nodes.maker(at, Set.of("Identity"));
    while (setting.variable(at).isEmpty() && passing.isPresent()) {
      at = passing.get().input(0);
      passing = nodes.maker(at, Set.of("Identity"));
    }
    return setting.variable(at);
  }

  /** A gather that reads the variable by itself, as a read and a gather along axis 0. */
  private static List<Node> gather(Node node, Variable variable) {
    Node read = Setting.read(node.name() + "/read", variable);
    TensorValue zero = TensorValue.ofLongs(DType.INT32, Shape.of(), 0);
    Node axis =
        new Node(
            node.name() + "/axis",
            "Const",
            List.of(),
            List.of(),
            Map.of("value", new Attr.Tensor(zero), "dtype", new Attr.Type(DType.INT32)));
    return List.of(
        read,
        axis,
        new Node(
            node.name(),
            "GatherV2",
            List.of(read.output(0), node.input(1), axis.output(0)),
            node.controlInputs(),
            Rewriting.with(
                node.attrs(),
                "batch_dims",
                node.attrs().getOrDefault("batch_dims", new Attr.Int(0)))));
  }
}
