package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /** What a loop leaves behind for each of its values, needed or not. */
  private static final Set<String> BY_PRODUCTS = Set.of("Exit", "RefExit");

  /** What has several results of one rank; elsewhere those behind the first are by-products. */
  private static final Set<String> SEVERAL_RESULTS =
      Set.of("TopK", "TopKV2", "Split", "SplitV", "Unpack", "NonMaxSuppressionV5");

  private static final int NAMES_SHOWN = 8;

  private final String file;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final OpTable ops;
  private final List<String> assumed = new ArrayList<>();
  private final Signature signature;

  private GraphEnds(String file, GraphDef graph, OpTable ops, ReadOptions options) {
    this.file = file;
    this.ops = ops;
    for (NodeDef node : graph.getNodeList()) {
      if (nodes.put(node.getName(), node) != null) {
        throw new DamagedFile(
            "%s: two nodes are named \"%s\"; the file is damaged".formatted(file, node.getName()));
      }
    }
    List<Endpoint> outputs =
        options.outputs().isEmpty()
            ? assumed("outputs", "what no other node reads", sinks())
            : known("--graph-outputs", options.outputs());
    if (outputs.isEmpty()) {
      throw new UnsupportedFile(
          file + ": nothing in this graph is a result; name its outputs with --graph-outputs");
    }
    List<Endpoint> inputs =
        options.inputs().isEmpty()
            ? assumed("inputs", "placeholders that the outputs need", placeholders(outputs))
            : known("--graph-inputs", options.inputs());
    signature =
        new Signature(
            NAME,
            inputs.stream().map(this::tensor).toList(),
            outputs.stream().map(this::tensor).toList());
  }

  /**
   * Finds the ends.
   *
   * @throws BadRequest where the options name a node or an output that isn't there
   * @throws UnsupportedFile where nothing is a result
   */
  static GraphEnds of(String file, GraphDef graph, OpTable ops, ReadOptions options) {
    return new GraphEnds(file, graph, ops, options);
  }

  Signature signature() {
    return signature;
  }

  /** What was chosen that the file does not say, for people. */
  List<String> assumed() {
    return List.copyOf(assumed);
  }

  private List<Endpoint> assumed(String what, String why, List<Endpoint> found) {
    String names =
        found.stream().limit(NAMES_SHOWN).map(Endpoint::toString).collect(Collectors.joining(", "));
    int more = found.size() - NAMES_SHOWN;
    assumed.add(
        "%s: %s (%s; others with --graph-%s)"
            .formatted(
                what,
                (found.isEmpty() ? "none" : names) + (more > 0 ? " and " + more + " more" : ""),
                why,
                what));
    return found;
  }

  private List<Endpoint> known(String option, List<Endpoint> wanted) {
    List<String> missing = new ArrayList<>();
    for (Endpoint endpoint : new java.util.LinkedHashSet<>(wanted)) {
      NodeDef node = nodes.get(endpoint.node());
      if (node == null) {
        missing.add("no node \"" + endpoint.node() + "\"" + near(endpoint.node()));
      } else if (isBeyond(node, endpoint.index())) {
        missing.add(
            "no output %d of \"%s\" (%s)"
                .formatted(endpoint.index(), node.getName(), node.getOp()));
      }
    }
    if (!missing.isEmpty()) {
      throw new BadRequest(file + ": " + option + ": has " + String.join("; ", missing));
    }
    return wanted;
  }

  private String near(String wanted) {
    List<String> near = new NearNames(nodes.keySet()).to(wanted);
    String found =
        near.isEmpty()
            ? ends().map(n -> "\"" + n + "\"").limit(NAMES_SHOWN).collect(Collectors.joining(", "))
            : near.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(", "));
    return (near.isEmpty() ? "; it begins and ends at " : "; near it are ") + found;
  }

  private Stream<String> ends() {
    return Stream.concat(
        nodes.values().stream().filter(GraphEnds::isPlaceholder).map(NodeDef::getName),
        sinks().stream().map(Endpoint::node).distinct());
  }

  private boolean isBeyond(NodeDef node, int output) {
    return ops.outputCount(ops.complete(node)).map(count -> output >= count).orElse(output < 0);
  }

  private List<Endpoint> sinks() {
    Set<String> read = new HashSet<>();
    nodes.values().forEach(n -> n.getInputList().forEach(i -> read.add(References.node(i))));
    List<NodeDef> unread =
        nodes.values().stream()
            .filter(n -> !read.contains(n.getName()) && !NO_RESULT.contains(n.getOp()))
            .toList();
    List<NodeDef> results = unread.stream().filter(n -> !BY_PRODUCTS.contains(n.getOp())).toList();
    return (results.isEmpty() ? unread : results).stream().flatMap(this::results).toList();
  }

  private Stream<Endpoint> results(NodeDef node) {
    int count = ops.outputCount(ops.complete(node)).orElse(1);
    int taken = SEVERAL_RESULTS.contains(node.getOp()) ? count : Math.min(count, 1);
    return IntStream.range(0, taken).mapToObj(i -> new Endpoint(node.getName(), i));
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
        .filter(n -> seen.contains(n.getName()) && isPlaceholder(n))
        .map(n -> new Endpoint(n.getName(), 0))
        .toList();
  }

  /** One with a default value need not be fed. */
  private static boolean isPlaceholder(NodeDef node) {
    return node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderV2");
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
    boolean isKnown = isPlaceholder(node) && shape != null && shape.hasShape();
    return isKnown ? NodeReader.dims(shape.getShape()) : Optional.empty();
  }
}
