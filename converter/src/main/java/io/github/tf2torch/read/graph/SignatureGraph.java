package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Signature;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What one signature computes, without calls and without what it does not need.
 *
 * @param signature with its endpoints in {@code graph}
 */
record SignatureGraph(FlatGraph graph, Signature signature) {

  static SignatureGraph of(GraphDef stored, OpTable ops, Signature signature) {
    List<Endpoint> outputs = signature.outputs().stream().map(Signature.Tensor::endpoint).toList();
    List<NodeDef> needed = needed(stored, signature);
    Inliner.Flattened flat = new Inliner(ops, stored.getLibrary()).inline(needed, outputs);
    List<Signature.Tensor> results = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Signature.Tensor tensor = signature.outputs().get(i);
      results.add(
          new Signature.Tensor(tensor.key(), flat.results().get(i), tensor.dtype(), tensor.dims()));
    }
    return new SignatureGraph(
        Pruner.prune(flat.graph(), flat.results()),
        new Signature(signature.name(), signature.inputs(), results));
  }

  /** The nodes behind the outputs, up to the inputs. */
  private static List<NodeDef> needed(GraphDef stored, Signature signature) {
    Map<String, NodeDef> byName = new HashMap<>();
    stored.getNodeList().forEach(n -> byName.put(n.getName(), n));
    Map<String, NodeDef> fed = new HashMap<>();
    signature.inputs().forEach(i -> fed.put(i.endpoint().node(), placeholder(i, byName)));
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    signature.outputs().forEach(o -> open.push(o.endpoint().node()));
    while (!open.isEmpty()) {
      String name = open.pop();
      NodeDef node = fed.getOrDefault(name, byName.get(name));
      if (node != null && seen.add(name)) {
        node.getInputList().forEach(i -> open.push(References.node(i)));
      }
    }
    return stored.getNodeList().stream()
        .filter(n -> seen.contains(n.getName()))
        .map(n -> fed.getOrDefault(n.getName(), n))
        .toList();
  }

  /** An input's node; where values are fed into the middle of a graph, a placeholder instead. */
  private static NodeDef placeholder(Signature.Tensor input, Map<String, NodeDef> byName) {
    String name = input.endpoint().node();
    NodeDef node = byName.get(name);
    boolean isPlaceholder = node != null && node.getOp().startsWith("Placeholder");
    if (isPlaceholder) {
      return node;
    }
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    input
        .dims()
        .ifPresentOrElse(
            d -> d.extents().forEach(e -> shape.addDimBuilder().setSize(e)),
            () -> shape.setUnknownRank(true));
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Placeholder")
        .putAttr(
            "dtype", AttrValue.newBuilder().setTypeValue(input.dtype().tensorflowNumber()).build())
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .build();
  }
}
