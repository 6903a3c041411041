package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A graph in the form in which it is differentiated node by node: a gather from a variable becomes
 * a read and a gather, an axis counts from the start, and ops of the first years are those that
 * took their place.
 */
final class Differentiable {
  private Differentiable() {}

  static GraphDef of(GraphDef graph) {
    GraphDef.Builder out = graph.toBuilder().clearNode();
    for (NodeDef node : graph.getNodeList()) {
      switch (node.getOp()) {
        case "ResourceGather" -> addReadAndGather(node, out);
        case "Gather" -> addGather(node, out);
        case "GatherV2" -> out.addNode(countedFromStart(node, out));
        case "Concat" -> out.addNode(axisLast(node));
        case "BiasAddV1" -> out.addNode(node.toBuilder().setOp("BiasAdd"));
        default -> out.addNode(node);
      }
    }
    return out.build();
  }

  /** Concat has the axis first, ConcatV2 last; the former has no gradient in C++. */
  private static NodeDef axisLast(NodeDef node) {
    List<String> inputs = new ArrayList<>(node.getInputList());
    long parts = inputs.stream().filter(name -> !name.startsWith("^")).count() - 1;
    inputs.add((int) parts, inputs.remove(0));
    return node.toBuilder()
        .setOp("ConcatV2")
        .clearInput()
        .addAllInput(inputs)
        .putAttr("Tidx", NodeScope.type(DataType.DT_INT32))
        .build();
  }

  /** Gather is GatherV2 along the first axis; the former has no gradient in C++. */
  private static void addGather(NodeDef node, GraphDef.Builder out) {
    NodeScope scope = new NodeScope(false);
    String zero = scope.integer(node.getName() + "/tf2torch_axis", 0);
    scope.nodes().forEach(out::addNode);
    List<String> inputs = new ArrayList<>(node.getInputList());
    inputs.add(2, zero);
    out.addNode(
        node.toBuilder()
            .setOp("GatherV2")
            .clearInput()
            .addAllInput(inputs)
            .removeAttr("validate_indices")
            .putAttr("Taxis", NodeScope.type(DataType.DT_INT32))
            .putAttr("batch_dims", AttrValue.newBuilder().setI(0).build()));
  }

  /** TensorFlow's C++ gradient of a gather takes no axis that is counted from the end. */
  private static NodeDef countedFromStart(NodeDef gather, GraphDef.Builder out) {
    AttrValue type = gather.getAttrOrThrow("Taxis");
    String rank = gather.getName() + "/tf2torch_rank";
    String ranked = gather.getName() + "/tf2torch_rank_as_axis";
    String axis = gather.getName() + "/tf2torch_axis";
    out.addNode(
        NodeScope.node(rank, "Rank", gather.getInput(0))
            .putAttr("T", gather.getAttrOrThrow("Tparams")));
    out.addNode(NodeScope.cast(ranked, rank, DataType.DT_INT32, type.getType()));
    out.addNode(NodeScope.node(axis, "FloorMod", gather.getInput(2), ranked).putAttr("T", type));
    return gather.toBuilder().setInput(2, axis).build();
  }

  private static void addReadAndGather(NodeDef node, GraphDef.Builder out) {
    AttrValue type = node.getAttrOrThrow("dtype");
    AttrValue index = node.getAttrOrThrow("Tindices");
    String read = node.getName() + "/tf2torch_read";
    String axis = node.getName() + "/tf2torch_axis";
    NodeScope scope = new NodeScope(false);
    scope.add(
        NodeScope.node(read, "ReadVariableOp", node.getInput(0)).putAttr("dtype", type).build());
    String zero = scope.integer(axis, 0);
    scope.add(
        NodeScope.node(node.getName(), "GatherV2", read, node.getInput(1), zero)
            .putAttr("Tparams", type)
            .putAttr("Tindices", index)
            .putAttr("Taxis", NodeScope.type(DataType.DT_INT32))
            .putAttr(
                "batch_dims",
                node.getAttrOrDefault("batch_dims", AttrValue.newBuilder().setI(0).build()))
            .build());
    scope.nodes().forEach(out::addNode);
  }

  /** Where each variable's value comes out, as often as it is read. */
  static Map<String, List<Endpoint>> reads(GraphDef graph, Map<String, String> handles) {
    Map<String, String> held = new LinkedHashMap<>(handles);
    Map<String, List<Endpoint>> reads = new LinkedHashMap<>();
    // an alias of a handle may come before or after its reader
    boolean isGrowing = true;
    while (isGrowing) {
      isGrowing = false;
      for (NodeDef node : graph.getNodeList()) {
        if (node.getOp().equals("Identity")
            && node.getAttrOrThrow("T").getType() == DataType.DT_RESOURCE
            && held.containsKey(node.getInput(0))
            && !held.containsKey(node.getName())) {
          held.put(node.getName(), held.get(node.getInput(0)));
          isGrowing = true;
        }
      }
    }
    for (NodeDef node : graph.getNodeList()) {
      boolean isValue = node.getOp().startsWith("Variable") || node.getOp().equals("Const");
      String variable =
          isValue
              ? handles.get(node.getName())
              : node.getOp().equals("ReadVariableOp") ? held.get(node.getInput(0)) : null;
      if (variable != null) {
        reads
            .computeIfAbsent(variable, v -> new ArrayList<>())
            .add(new Endpoint(node.getName(), 0));
      }
    }
    return reads;
  }
}
