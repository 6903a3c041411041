package io.github.tf2torch.verify.engine;

import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A graph whose random operations all have seeds: TensorFlow refuses one without where it is to be
 * deterministic, even one whose numbers change nothing, such as that of a dropout that keeps all.
 */
public final class SeededDraws {
  private static final String FIRST = "seed";
  private static final String SECOND = "seed2";

  private SeededDraws() {}

  /** Those with seeds keep them; outside of functions. */
  public static GraphDef in(GraphDef graph) {
    GraphDef.Builder out = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeDef node = graph.getNode(i);
      if (isUnseeded(node)) {
        out.setNode(
            i,
            node.toBuilder()
                .putAttr(FIRST, AttrValue.newBuilder().setI(1).build())
                .putAttr(SECOND, AttrValue.newBuilder().setI(i).build()));
      }
    }
    return out.build();
  }

  private static boolean isUnseeded(NodeDef node) {
    return node.containsAttr(FIRST)
        && node.containsAttr(SECOND)
        && node.getAttrOrThrow(FIRST).getI() == 0
        && node.getAttrOrThrow(SECOND).getI() == 0;
  }
}
