package io.github.tf2torch.read.graph;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.proto.NodeDef;

/**
 * Where a training graph's model ends and its loss begins: the tensor that is compared with the
 * labels.
 */
final class Logits {
  /** The inputs that are predictions, by op (nn_ops.cc). */
  private static final Map<String, Integer> LOSSES =
      Map.of("SoftmaxCrossEntropyWithLogits", 0, "SparseSoftmaxCrossEntropyWithLogits", 0);

  /** tf.nn.sigmoid_cross_entropy_with_logits is arithmetic that compares logits with zeros. */
  private static final Pattern SIGMOID_LOSS =
      Pattern.compile("(.*/)?logistic_loss(_\\d+)?/GreaterEqual");

  /** What a loss subtracts labels with. */
  private static final Set<String> DIFFERENCES = Set.of("Sub", "SquaredDifference");

  /** A tensor, and the loss that takes it. */
  record Found(String tensor, String loss) {}

  private final TrainingGraph graph;

  private Logits(TrainingGraph graph) {
    this.graph = graph;
  }

  /** In graph order, each tensor once; empty where no loss is recognised. */
  static List<Found> of(TrainingGraph graph) {
    Logits logits = new Logits(graph);
    List<Found> crossEntropies = logits.crossEntropies();
    return crossEntropies.isEmpty() ? logits.differences() : crossEntropies;
  }

  private List<Found> crossEntropies() {
    Set<String> seen = new LinkedHashSet<>();
    List<Found> found = new java.util.ArrayList<>();
    for (NodeDef node : graph.nodes()) {
      boolean isSigmoid =
          node.getOp().equals("GreaterEqual") && SIGMOID_LOSS.matcher(node.getName()).matches();
      Integer place = isSigmoid ? Integer.valueOf(0) : LOSSES.get(node.getOp());
      if (place != null && place < node.getInputCount()) {
        String tensor = outOfScope(node.getInput(place), node);
        if (seen.add(tensor)) {
          found.add(new Found(tensor, node.getName()));
        }
      }
    }
    return found;
  }

  /** softmax_cross_entropy_with_logits flattens logits to two axes, within its own scope. */
  private String outOfScope(String tensor, NodeDef loss) {
    Optional<NodeDef> maker = graph.maker(tensor);
    boolean isOfLoss =
        maker
            .filter(n -> n.getOp().equals("Reshape"))
            .filter(n -> n.getName().startsWith(loss.getName() + "/"))
            .isPresent();
    return isOfLoss ? maker.orElseThrow().getInput(0) : tensor;
  }

  /** The first difference of something learned and something given. */
  private List<Found> differences() {
    for (NodeDef node : graph.nodes()) {
      if (DIFFERENCES.contains(node.getOp()) && node.getInputCount() >= 2) {
        String one = node.getInput(0);
        String other = node.getInput(1);
        if (isLearned(one) && isGiven(other)) {
          return List.of(new Found(one, node.getName()));
        }
        if (isLearned(other) && isGiven(one)) {
          return List.of(new Found(other, node.getName()));
        }
      }
    }
    return List.of();
  }

  private boolean isLearned(String tensor) {
    return graph.behind(tensor).stream().anyMatch(TrainingGraph::isVariable);
  }

  private boolean isGiven(String tensor) {
    Set<NodeDef> behind = graph.behind(tensor);
    return behind.stream().anyMatch(TrainingGraph::isPlaceholder)
        && behind.stream().noneMatch(TrainingGraph::isVariable);
  }
}
