package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.read.graph.MovingAverages.Average;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.proto.NodeDef;

/**
 * The mean and the variance of a batch as {@code tf.nn.moments} computes them, where a model
 * normalizes by both and a moving average follows each.
 *
 * @param meanHolder node that holds the moving average of {@code mean}
 * @param varianceHolder node that holds the moving average of {@code variance}
 */
record Moments(NodeDef mean, String meanHolder, NodeDef variance, String varianceHolder) {
  /**
   * All of a graph.
   *
   * @param averages by the node that holds them
   * @param needed the nodes that the model's results are made of
   */
  static List<Moments> of(Map<String, Average> averages, TrainingGraph graph, Set<NodeDef> needed) {
    return new Search(averages, graph, needed).found();
  }

  private record Search(Map<String, Average> averages, TrainingGraph graph, Set<NodeDef> needed) {
    List<Moments> found() {
      List<Moments> all = new ArrayList<>();
      for (String ofVariance : averages.keySet()) {
        Optional<NodeDef> variance = statistic(ofVariance).filter(this::isUsedAsVariance);
        Optional<NodeDef> center = variance.flatMap(this::center);
        for (String ofMean : center.isPresent() ? averages.keySet() : Set.<String>of()) {
          statistic(ofMean)
              .filter(m -> isUsedAsMean(m) && unsqueezed(m).equals(center))
              .ifPresent(m -> all.add(new Moments(m, ofMean, variance.get(), ofVariance)));
        }
      }
      return all;
    }

    /** The mean that a variance, a mean of squared differences, is taken about. */
    private Optional<NodeDef> center(NodeDef variance) {
      return unsqueezed(variance)
          .flatMap(mean -> TrainingGraph.input(mean, 0))
          .flatMap(graph::maker)
          .filter(n -> n.getOp().equals("SquaredDifference"))
          .flatMap(difference -> TrainingGraph.input(difference, 1))
          .map(c -> graph.origin(c, Set.of("StopGradient", "Identity")))
          .flatMap(graph::maker);
    }

    private Optional<NodeDef> unsqueezed(NodeDef statistic) {
      return graph.maker(
          graph.origin(new Endpoint(statistic.getName(), 0), Set.of("Squeeze", "Reshape")));
    }

    private Optional<NodeDef> statistic(String holder) {
      return averages.get(holder).batch().filter(b -> b.index() == 0).flatMap(graph::maker);
    }

    private boolean isUsedAsVariance(NodeDef statistic) {
      return neededUsers(statistic, Set.of("Add", "AddV2"))
          .flatMap(sum -> neededUsers(sum, Set.of("Rsqrt", "Sqrt", "Pow")))
          .findAny()
          .isPresent();
    }

    private boolean isUsedAsMean(NodeDef statistic) {
      return neededUsers(statistic, Set.of("Mul", "Neg", "Sub")).findAny().isPresent();
    }

    private Stream<NodeDef> neededUsers(NodeDef of, Set<String> ops) {
      return graph.users(of.getName()).stream()
          .filter(u -> ops.contains(u.getOp()) && needed.contains(u));
    }
  }
}
