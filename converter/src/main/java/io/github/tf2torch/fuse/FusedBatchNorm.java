package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.Optional;
import java.util.Set;

/** TensorFlow's own fused operation, used with stored statistics. */
final class FusedBatchNorm implements Pass {
  static final Set<String> OPS = Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (OPS.contains(node.op())
          && !node.boolAttr("is_training")
          && nodes.givesFirstOnly(node, graph)) {
        BatchNormNode norm =
            new BatchNormNode(
                node.input(0),
                node.input(3),
                node.input(4),
                Optional.of(node.input(1)),
                Optional.of(node.input(2)),
                node.floatAttr("epsilon"),
                channelAxis(node),
                node.textAttr("data_format").length());
        rewriting.replace(
            node, norm.named(node.name(), Optional.ofNullable(node.attrs().get("momentum"))));
      }
    }
    return rewriting.apply(graph);
  }

  /** Counted from the end: NHWC, NDHWC, NCHW, NCDHW. */
  static int channelAxis(Node node) {
    String format = node.textAttr("data_format");
    return format.indexOf('C') - format.length();
  }
}
