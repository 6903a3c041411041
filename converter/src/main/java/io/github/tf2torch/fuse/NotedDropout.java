package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Dropout of a graph that only trains, which its reader has switched off and noted. */
final class NotedDropout implements Pass {
  private static final String RATE = Node.IN_TRAINING + "rate";
  private static final String NOISE_SHAPE = Node.IN_TRAINING + "noise_shape";

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (node.hasAttr(RATE)) {
        Map<String, Attr> attrs = new HashMap<>(Map.of("rate", node.attrs().get(RATE)));
        if (node.hasAttr(NOISE_SHAPE)) {
          attrs.put("noise_shape", extents(node));
        }
        rewriting.replace(
            node, new Node(node.name(), Node.FUSED + "Dropout", node.inputs(), List.of(), attrs));
      }
    }
    return rewriting.apply(graph);
  }

  private static Attr extents(Node node) {
    return new Attr.ListOf(
        Arrays.stream(node.tensorAttr(NOISE_SHAPE).longs())
            .mapToObj(d -> (Attr) new Attr.Int(d))
            .toList());
  }
}
