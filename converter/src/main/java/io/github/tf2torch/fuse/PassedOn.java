package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.Set;

/** Leaves out operations that give on what they are given; an output of the model stays. */
final class PassedOn implements Pass {
  private static final Set<String> OPS =
      Set.of("Identity", "StopGradient", "Snapshot", "PreventGradient", "IdentityN");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (!OPS.contains(node.op())) {
        continue;
      }
      for (int i = 0; i < node.inputs().size(); i++) {
        rewriting.redirect(node.output(i), node.input(i));
      }
      if (node.inputs().size() == 1) {
        rewriting.replace(
            node, new Node(node.name(), "Identity", node.inputs(), List.of(), node.attrs()));
      }
    }
    return rewriting.apply(graph);
  }
}
