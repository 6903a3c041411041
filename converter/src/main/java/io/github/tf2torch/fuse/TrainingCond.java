package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A choice by the training flag between two ways of one layer, as {@code tf.cond} writes it: batch
 * normalization or dropout.
 */
final class TrainingCond implements Pass {
  private static final Set<String> CHOICES = Set.of("If", "StatelessIf");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (CHOICES.contains(node.op())
          && Flag.isFed(node.input(0), nodes)
          && nodes.givesFirstOnly(node, graph)) {
        layer(node, graph, nodes, setting).ifPresent(l -> rewriting.replace(node, l));
      }
    }
    return rewriting.apply(graph);
  }

  /** The branch that does not train is told by what it does, whichever of the two it is. */
  private static Optional<List<Node>> layer(
      Node choice, Graph graph, Nodes nodes, Setting setting) {
    Optional<Branch> then = Branch.of("then_branch", choice, graph, setting);
    Optional<Branch> otherwise = Branch.of("else_branch", choice, graph, setting);
    if (then.isEmpty() || otherwise.isEmpty()) {
      return Optional.empty();
    }
    List<List<Branch>> orders =
        new ArrayList<>(
            List.of(List.of(then.get(), otherwise.get()), List.of(otherwise.get(), then.get())));
    return orders.stream()
        .flatMap(
            o ->
                Stream.concat(
                    CondBatchNorm.match(choice, o.get(0), o.get(1), nodes, setting).stream(),
                    CondDropout.match(choice, o.get(0), o.get(1)).stream()))
        .findFirst();
  }
}
