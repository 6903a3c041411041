package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Where a graph without a signature begins and ends: at its placeholders and at what no other node
 * reads, unless the user says otherwise.
 */
final class GraphEnds {
  /** The name that stands for the signature which a frozen graph does not have. */
  static final String NAME = "graph";

  /** What ends a graph without being a result of it. */
  private static final Set<String> NO_RESULT =
      Set.of("NoOp", "Assert", "Const", "Placeholder", "SaveV2", "Print", "PrintV2");

  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final OpTable ops;

  private GraphEnds(GraphDef graph, OpTable ops) {
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    this.ops = ops;
  }

  static Signature of(String file, GraphDef graph, OpTable ops, ReadOptions options) {
    GraphEnds ends = new GraphEnds(graph, ops);
    List<Endpoint> outputs =
        options.outputs().isEmpty() ? ends.sinks() : ends.known(file, options.outputs());
    if (outputs.isEmpty()) {
      throw new UnsupportedFile(
          file + ": nothing in this graph is a result; name its outputs with --graph-outputs");
    }
    List<Endpoint> inputs =
        options.inputs().isEmpty()
            ? ends.placeholders(outputs)
            : ends.known(file, options.inputs());
    return new Signature(
        NAME,
        inputs.stream().map(ends::tensor).toList(),
        outputs.stream().map(ends::tensor).toList());
  }

  private List<Endpoint> known(String file, List<Endpoint> wanted) {
    Set<String> missing = new TreeSet<>();
    wanted.forEach(
        e -> {
          if (!nodes.containsKey(e.node())) {
            missing.add(e.node());
          }
        });
    if (!missing.isEmpty()) {
      throw new BadRequest(
          file + ": has no node " + String.join(", ", missing) + "; see its graph with inspect");
    }
    return wanted;
  }

  private List<Endpoint> sinks() {
    Set<String> read = new HashSet<>();
    nodes.values().forEach(n -> n.getInputList().forEach(i -> read.add(References.node(i))));
    return nodes.values().stream()
        .filter(n -> !read.contains(n.getName()) && !NO_RESULT.contains(n.getOp()))
        .map(n -> new Endpoint(n.getName(), 0))
        .toList();
  }

  /** Those that the outputs need, in the file's order. */
  private List<Endpoint> placeholders(List<Endpoint> outputs) {
    Set<String> seen = new HashSet<>();
    List<String> open = new ArrayList<>(outputs.stream().map(Endpoint::node).toList());
    while (!open.isEmpty()) {
      NodeDef node = nodes.get(open.remove(open.size() - 1));
      if (node != null && seen.add(node.getName())) {
        node.getInputList().forEach(i -> open.add(References.node(i)));
      }
    }
    return nodes.values().stream()
        .filter(n -> seen.contains(n.getName()) && n.getOp().equals("Placeholder"))
        .map(n -> new Endpoint(n.getName(), 0))
        .toList();
  }

  private Signature.Tensor tensor(Endpoint endpoint) {
    NodeDef node = ops.complete(nodes.getOrDefault(endpoint.node(), NodeDef.getDefaultInstance()));
    String key = endpoint.index() == 0 ? endpoint.node() : endpoint.node() + ":" + endpoint.index();
    return new Signature.Tensor(key, endpoint, dtype(node, endpoint.index()), dims(node));
  }

  private DType dtype(NodeDef node, int output) {
    return ops.outputType(node, output).flatMap(NodeReader::dtype).orElse(DType.FLOAT32);
  }

  /** Known of a placeholder; where an older writer left the shape out, even the rank is unknown. */
  private static Optional<Dims> dims(NodeDef node) {
    AttrValue shape = node.getAttrMap().get("shape");
    boolean isKnown = node.getOp().equals("Placeholder") && shape != null && shape.hasShape();
    return isKnown ? NodeReader.dims(shape.getShape()) : Optional.empty();
  }
}
