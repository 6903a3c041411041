package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ops of TensorFlow's first years as the later ones that took their place ({@code array_ops.cc} and
 * {@code nn_ops.cc} in {@code tensorflow/core/ops} have both): what they compute is the same, what
 * they are given comes in another order or as an attribute.
 */
final class OldSpellings {
  private OldSpellings() {}

  static List<Node> replaced(List<Node> nodes) {
    List<Node> out = new ArrayList<>();
    for (Node node : nodes) {
      switch (node.op()) {
        case "BiasAddV1" ->
            out.add(with(node, "BiasAdd", node.inputs(), "data_format", new Attr.Text("NHWC")));
        case "Concat" -> out.add(concatenation(node));
        case "Gather" -> {
          Node axis = firstAxis(node);
          out.add(axis);
          out.add(gathering(node, axis.output(0)));
        }
        default -> out.add(node);
      }
    }
    return out;
  }

  /** The axis came first. */
  private static Node concatenation(Node node) {
    List<Endpoint> parts = node.inputs().subList(1, node.inputs().size());
    Attr int32 = new Attr.Type(DType.INT32);
    return with(node, "ConcatV2", and(parts, node.input(0)), "Tidx", int32);
  }

  private static Node gathering(Node node, Endpoint axis) {
    Attr int32 = new Attr.Type(DType.INT32);
    Node gather = with(node, "GatherV2", and(node.inputs(), axis), "Taxis", int32);
    return with(gather, "GatherV2", gather.inputs(), "batch_dims", new Attr.Int(0));
  }

  private static List<Endpoint> and(List<Endpoint> inputs, Endpoint last) {
    List<Endpoint> all = new ArrayList<>(inputs);
    all.add(last);
    return all;
  }

  /** By a name that no writer gives. */
  private static Node firstAxis(Node gather) {
    Attr zero = new Attr.Tensor(TensorValue.ofLongs(DType.INT32, Shape.of(), 0));
    return new Node(
        gather.name() + "/tf2torch_axis",
        "Const",
        List.of(),
        List.of(),
        Map.of("value", zero, "dtype", new Attr.Type(DType.INT32)));
  }

  private static Node with(Node node, String op, List<Endpoint> inputs, String name, Attr value) {
    Map<String, Attr> attrs = new TreeMap<>(node.attrs());
    attrs.put(name, value);
    return new Node(node.name(), op, inputs, node.controlInputs(), attrs);
  }
}
