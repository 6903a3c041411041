package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * The keys that a TF1 saver restores each variable from, as its own restore ops say it. A saver may
 * map a variable to another name: to its moving average, for one.
 */
final class RestoredNames {
  private static final Set<String> ASSIGNS = Set.of("Assign", "AssignVariableOp");

  private final Map<String, NodeDef> nodes = new HashMap<>();

  private RestoredNames(GraphDef graph) {
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
  }

  /**
   * Variable's node → key.
   *
   * @param restoreOp of the saver, whose scope its other ops share
   */
  static Map<String, String> of(GraphDef graph, String restoreOp) {
    if (restoreOp.isEmpty()) {
      return Map.of();
    }
    String scope = restoreOp.substring(0, restoreOp.lastIndexOf('/') + 1);
    RestoredNames names = new RestoredNames(graph);
    Map<String, String> keys = new HashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      if (ASSIGNS.contains(node.getOp())
          && node.getName().startsWith(scope)
          && node.getInputCount() >= 2) {
        String key = names.key(node.getInput(1));
        if (!key.isEmpty()) {
          keys.putIfAbsent(node.getInput(0), key);
        }
      }
    }
    return keys;
  }

  /** The tensor of the checkpoint that a value is; empty where it is another value. */
  private String key(String value) {
    Endpoint endpoint = References.endpoint(value);
    NodeDef node = nodes.get(endpoint.node());
    if (node == null) {
      return "";
    }
    if (node.getOp().equals("Identity") && node.getInputCount() > 0) {
      return key(node.getInput(0));
    }
    if (!node.getOp().equals("RestoreV2") || node.getInputCount() < 3) {
      return "";
    }
    List<String> keys = strings(node.getInput(1));
    List<String> slices = strings(node.getInput(2));
    int index = endpoint.index();
    boolean isWhole = index < keys.size() && (index >= slices.size() || isWhole(slices.get(index)));
    return isWhole ? keys.get(index) : "";
  }

  /**
   * Whether a slice is all of its tensor: a variable of one part, as canned estimators make them,
   * is saved as {@code "18 10 0,18:0,10"} (saver.py, BaseSaverBuilder; tensor_slice.cc, Parse).
   */
  static boolean isWhole(String slice) {
    if (slice.isEmpty()) {
      return true;
    }
    int space = slice.lastIndexOf(' ');
    String[] extents = slice.substring(0, Math.max(space, 0)).split(" ", -1);
    String[] ranges = slice.substring(space + 1).split(":", -1);
    return IntStream.range(0, extents.length)
            .allMatch(i -> i < ranges.length && Set.of("-", "0," + extents[i]).contains(ranges[i]))
        && extents.length == ranges.length;
  }

  private List<String> strings(String constant) {
    NodeDef node = nodes.get(constant);
    if (node == null || !node.getOp().equals("Const")) {
      return List.of();
    }
    TensorProto value = node.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    List<String> strings = new ArrayList<>();
    value.getStringValList().forEach(s -> strings.add(s.toStringUtf8()));
    long count =
        value.getTensorShape().getDimList().stream()
            .mapToLong(d -> d.getSize())
            .reduce(1, (a, b) -> a * b);
    while (!strings.isEmpty() && strings.size() < count) {
      strings.add(strings.get(strings.size() - 1));
    }
    return strings;
  }
}
