package io.github.tf2torch.verify.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * What a graph computes of constants alone and a conversion holds as one number, such as the root
 * of a variance: as any number that is held, it is the float32 that it is, widened.
 */
public final class RoundedConstants {
  private static final String MARK = "_tf2torch_rounded_constant";

  private RoundedConstants() {}

  /** The graph, in which these nodes and all that they are computed of are told. */
  public static GraphDef marked(GraphDef graph, Set<String> held) {
    Map<String, NodeDef> nodes = new HashMap<>();
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    Set<String> computed = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(held);
    while (!next.isEmpty()) {
      NodeDef node = nodes.get(next.pop());
      if (node != null && !node.getOp().equals("Const") && computed.add(node.getName())) {
        node.getInputList().forEach(input -> next.push(nodeName(input)));
      }
    }
    AttrValue mark = AttrValue.newBuilder().setB(true).build();
    List<NodeDef> told =
        graph.getNodeList().stream()
            .map(
                n -> computed.contains(n.getName()) ? n.toBuilder().putAttr(MARK, mark).build() : n)
            .toList();
    return graph.toBuilder().clearNode().addAllNode(told).build();
  }

  private static String nodeName(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  static boolean has(NodeDef node) {
    return node.containsAttr(MARK);
  }
}
