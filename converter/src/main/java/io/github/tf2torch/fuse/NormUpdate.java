package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.Optional;
import java.util.Set;

/** Gives every batch normalization what the reader noted of how its averages follow the batch. */
final class NormUpdate implements Pass {
  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (node.op().equals(Node.FUSED + "BatchNorm")) {
        Optional<Setting.Update> mean = update(node.input(1), nodes, setting);
        Optional<Setting.Update> variance = update(node.input(2), nodes, setting);
        if (mean.isPresent() && variance.isPresent()) {
          rewriting.replace(node, with(node, mean.get(), variance.get()));
        }
      }
    }
    return rewriting.apply(graph);
  }

  private static Optional<Setting.Update> update(Endpoint average, Nodes nodes, Setting setting) {
    return nodes
        .maker(average, Set.of("Variable"))
        .map(n -> n.textAttr("variable"))
        .flatMap(v -> Optional.ofNullable(setting.updates().get(v)));
  }

  /** Where the two averages follow at a different pace, that of the mean counts for both. */
  private static Node with(Node norm, Setting.Update mean, Setting.Update variance) {
    return new Node(
        norm.name(),
        norm.op(),
        norm.inputs(),
        norm.controlInputs(),
        Rewriting.with(
            Rewriting.with(norm.attrs(), "update", new Attr.Float(mean.share())),
            "sample",
            new Attr.Bool(variance.isSample())));
  }
}
