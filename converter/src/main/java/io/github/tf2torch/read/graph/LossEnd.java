package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a training graph differentiates. The number itself has no mark in the graph; but every
 * operation behind it has gradients that are named after it, and none that reads it does.
 */
final class LossEnd {
  private LossEnd() {}

  /** The ends of all that is differentiated: one for each loss. */
  static List<Endpoint> all(TrainingGraph graph, Set<String> differentiated) {
    Set<String> there = new LinkedHashSet<>();
    graph.nodes().forEach(n -> there.add(n.getName()));
    there.retainAll(differentiated);
    List<Endpoint> ends = new ArrayList<>();
    for (String name : there) {
      boolean isReadOn =
          graph.users(name).stream()
              .anyMatch(u -> there.contains(u.getName()) && !Logits.isGradient(u));
      if (!isReadOn && isLast(name, graph, there)) {
        ends.add(new Endpoint(name, 0));
      }
    }
    return ends;
  }

  private static boolean isLast(String name, TrainingGraph graph, Set<String> differentiated) {
    Set<String> ahead = new HashSet<>(graph.ahead(List.of(name)));
    ahead.retainAll(differentiated);
    return ahead.equals(Set.of(name));
  }
}
