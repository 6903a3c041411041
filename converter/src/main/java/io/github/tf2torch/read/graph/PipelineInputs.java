package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Placeholders in the place of what a pipeline gives: a program that reads its data by an iterator
 * or a queue has no placeholder for them.
 */
final class PipelineInputs {
  private final Map<Endpoint, NodeDef> placeholders = new LinkedHashMap<>();

  private PipelineInputs() {}

  /** One for each tensor of a pipeline that these results need, in the order of use. */
  static PipelineInputs behind(
      Collection<Endpoint> results, TrainingGraph graph, OpTable ops, Names names) {
    PipelineInputs inputs = new PipelineInputs();
    Set<Endpoint> seen = new HashSet<>();
    Deque<Endpoint> open = new ArrayDeque<>(results);
    while (!open.isEmpty()) {
      Endpoint tensor = open.remove();
      Optional<NodeDef> maker = graph.maker(tensor).filter(n -> seen.add(tensor));
      if (maker.filter(DataSources::isPipeline).isPresent()) {
        inputs.placeholders.put(tensor, placeholder(tensor, maker.get(), ops, names));
      } else {
        maker.ifPresent(n -> open.addAll(TrainingGraph.inputs(n)));
      }
    }
    return inputs;
  }

  private static NodeDef placeholder(Endpoint tensor, NodeDef maker, OpTable ops, Names names) {
    int type = ops.outputType(maker, tensor.index()).orElse(0);
    return NodeDef.newBuilder()
        .setName(names.fresh("", tensor.node() + "_" + tensor.index()))
        .setOp("Placeholder")
        .putAttr("dtype", AttrValue.newBuilder().setTypeValue(type).build())
        .putAttr("shape", AttrValue.newBuilder().setShape(shape(tensor, maker)).build())
        .build();
  }

  private static TensorShapeProto shape(Endpoint tensor, NodeDef maker) {
    for (String attr : List.of("output_shapes", "_output_shapes")) {
      AttrValue.ListValue shapes = TrainingGraph.attr(maker, attr).getList();
      if (tensor.index() < shapes.getShapeCount()) {
        return shapes.getShape(tensor.index());
      }
    }
    return TensorShapeProto.newBuilder().setUnknownRank(true).build();
  }

  /** One line each. */
  List<String> assumed() {
    List<String> lines = new ArrayList<>();
    placeholders.forEach(
        (tensor, placeholder) ->
            lines.add("input " + placeholder.getName() + " is what a pipeline gives at " + tensor));
    return lines;
  }

  /** The graph, in which all that read the pipeline read the placeholders. */
  GraphDef in(GraphDef stored) {
    if (placeholders.isEmpty()) {
      return stored;
    }
    GraphDef.Builder changed = stored.toBuilder().clearNode();
    changed.addAllNode(placeholders.values());
    stored.getNodeList().forEach(n -> changed.addNode(reading(n)));
    return changed.build();
  }

  private NodeDef reading(NodeDef node) {
    NodeDef.@Nullable Builder changed = null;
    for (int i = 0; i < node.getInputCount(); i++) {
      String input = node.getInput(i);
      if (input.startsWith("^") || !placeholders.containsKey(References.endpoint(input))) {
        continue;
      }
      changed = changed == null ? node.toBuilder() : changed;
      changed.setInput(i, placeholders.get(References.endpoint(input)).getName());
    }
    return changed == null ? node : changed.build();
  }
}
