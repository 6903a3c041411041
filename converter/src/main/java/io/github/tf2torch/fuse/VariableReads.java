package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes every read of a variable a {@code Variable}, whatever stood for the variable. */
final class VariableReads implements Pass {
  private static final Set<String> REFERENCES = Set.of("VariableV2", "Variable");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case "ReadVariableOp" ->
            variable(node.input(0), nodes, setting)
                .ifPresent(v -> rewriting.replace(node, Setting.read(node.name(), v)));
        case "Identity" ->
            nodes
                .maker(node.input(0), REFERENCES)
                .flatMap(n -> setting.variable(node.input(0)))
                .ifPresent(v -> rewriting.replace(node, Setting.read(node.name(), v)));
        case "VariableV2", "Variable" ->
            setting
                .variable(node.output(0))
                .ifPresent(v -> rewriting.replace(node, Setting.read(node.name(), v)));
        case "ResourceGather" ->
            variable(node.input(0), nodes, setting)
                .ifPresent(v -> rewriting.replace(node, gather(node, v)));
        default -> {
          // reads nothing
        }
      }
    }
    return rewriting.apply(graph);
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
