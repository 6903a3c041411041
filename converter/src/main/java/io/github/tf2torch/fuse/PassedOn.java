package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Leaves out operations that give on what they are given; an output of the model stays. So does a
 * StopGradient, but that of {@code tf.nn.moments}: what comes back to a mean from its squared
 * differences sums to zero, stopped or not.
 */
final class PassedOn implements Pass {
  private static final Set<String> OPS =
      Set.of("Identity", "StopGradient", "Snapshot", "PreventGradient", "IdentityN");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Rewriting rewriting = new Rewriting();
    Set<String> stopping = stopping(graph);
    for (Node node : graph.nodes()) {
      if (!OPS.contains(node.op()) || stopping.contains(node.name())) {
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

  private static Set<String> stopping(Graph graph) {
    Set<String> stopping = new HashSet<>();
    Set<String> ofMoments = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op().equals("StopGradient")) {
        stopping.add(node.name());
      }
      if (node.op().equals("SquaredDifference")) {
        node.inputs().forEach(input -> ofMoments.add(input.node()));
      }
    }
    stopping.removeAll(ofMoments);
    return stopping;
  }
}
