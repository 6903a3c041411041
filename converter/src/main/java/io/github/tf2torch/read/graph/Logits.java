package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.proto.NodeDef;

/**
 * What a training graph's losses compare with labels: the results of the model in it. A loss is
 * told by its op, or by the arithmetic that {@code tf.nn} and {@code tf.losses} write for it; one
 * that is differentiated comes before one that is only measured.
 */
final class Logits {
  /** The names of gradients (python/ops/gradients_util.py): of which op they are. */
  private static final Pattern GRADIENT =
      Pattern.compile("(?:.*/)?gradients(?:_\\d+)?/(.+?)_grad/.*");

  private static final Set<String> CROSS_ENTROPIES =
      Set.of(
          "SoftmaxCrossEntropyWithLogits",
          "SparseSoftmaxCrossEntropyWithLogits",
          "CTCLoss",
          "CTCLossV2");

  private static final Set<String> SELECTS = Set.of("Select", "SelectV2");
  private static final Set<String> DISTANCES = Set.of("Square", "Abs", "Pow", "L2Loss");
  private static final Set<String> BOUNDS = Set.of("Minimum", "Maximum", "ClipByValue");
  private static final Set<String> SUMS = Set.of("Add", "AddV2");

  private final TrainingGraph graph;
  private final Set<String> trainable;
  private final Set<String> dependsOnVariables;
  private final Set<String> differentiated = new HashSet<>();

  /**
   * What was found.
   *
   * @param result what the loss takes for the model's answer
   * @param loss the node that is, or ends, the loss
   */
  record Found(Endpoint result, NodeDef loss) {}

  /**
   * @param trainable the nodes that hold the variables which are trained
   */
  Logits(TrainingGraph graph, Set<String> trainable) {
    this.graph = graph;
    this.trainable = trainable;
    dependsOnVariables = graph.ahead(trainable);
    for (NodeDef node : graph.nodes()) {
      Matcher gradient = GRADIENT.matcher(node.getName());
      if (gradient.matches()) {
        differentiated.add(gradient.group(1));
      }
    }
  }

  /** Whether anything is differentiated here. */
  boolean isTraining() {
    return !differentiated.isEmpty();
  }

  /** The names of the operations that have gradients. */
  Set<String> differentiated() {
    return Set.copyOf(differentiated);
  }

  static boolean isGradient(NodeDef node) {
    return GRADIENT.matcher(node.getName()).matches();
  }

  /** One a model: a second one that rests on the same variables is the same model once more. */
  List<Found> find() {
    List<Found> entropies = candidates(this::crossEntropy);
    List<Found> found = entropies.isEmpty() ? candidates(this::distance) : entropies;
    Map<Endpoint, Found> byResult = new LinkedHashMap<>();
    Set<Set<String>> models = new HashSet<>();
    for (Found one : found) {
      Set<String> variables = new HashSet<>();
      graph.behind(one.result()).forEach(n -> variables.add(n.getName()));
      variables.retainAll(trainable);
      if (byResult.containsKey(one.result()) || models.add(variables)) {
        byResult.putIfAbsent(one.result(), one);
      }
    }
    return List.copyOf(byResult.values());
  }

  private interface Kind {
    Optional<Endpoint> result(NodeDef node);
  }

  private List<Found> candidates(Kind kind) {
    List<Found> all = new ArrayList<>();
    for (NodeDef node : graph.nodes()) {
      if (dependsOnVariables.contains(node.getName()) && !isGradient(node)) {
        kind.result(node)
            .filter(r -> dependsOnVariables.contains(r.node()))
            .ifPresent(r -> all.add(new Found(r, node)));
      }
    }
    List<Found> trained =
        all.stream().filter(f -> differentiated.contains(f.loss().getName())).toList();
    return trained.isEmpty() ? all : trained;
  }

  private Optional<Endpoint> crossEntropy(NodeDef node) {
    Optional<Endpoint> logits =
        CROSS_ENTROPIES.contains(node.getOp()) ? TrainingGraph.input(node, 0) : sigmoid(node);
    return logits.map(this::beforePreparation);
  }

  /**
   * {@code log1p(exp(-abs(x)))}, the absolute value written as a choice (python/ops/nn_impl.py,
   * sigmoid_cross_entropy_with_logits).
   */
  private Optional<Endpoint> sigmoid(NodeDef node) {
    return argument(node, Set.of("Log1p"))
        .flatMap(e -> argument(e, Set.of("Exp")))
        .flatMap(graph::maker)
        .flatMap(
            n ->
                SELECTS.contains(n.getOp())
                    ? TrainingGraph.input(n, 2).filter(x -> isNegated(TrainingGraph.input(n, 1), x))
                    : argument(n, Set.of("Neg")).flatMap(e -> argument(e, Set.of("Abs"))));
  }

  private boolean isNegated(Optional<Endpoint> negative, Endpoint x) {
    return negative.flatMap(n -> argument(n, Set.of("Neg"))).filter(x::equals).isPresent();
  }

  private Optional<Endpoint> argument(Endpoint of, Set<String> ops) {
    return graph.maker(of).flatMap(n -> argument(n, ops));
  }

  private static Optional<Endpoint> argument(NodeDef node, Set<String> ops) {
    return ops.contains(node.getOp()) ? TrainingGraph.input(node, 0) : Optional.empty();
  }

  /** Cross entropies widen half precision, and flatten all but the last axis, by themselves. */
  private Endpoint beforePreparation(Endpoint logits) {
    Endpoint unflattened =
        graph
            .maker(logits)
            .filter(n -> n.getOp().equals("Reshape") && keepsLastAxis(n))
            .flatMap(n -> TrainingGraph.input(n, 0))
            .orElse(logits);
    return graph.maker(unflattened).flatMap(n -> argument(n, Set.of("Cast"))).orElse(unflattened);
  }

  /** Whether a Reshape's extents are computed from the shape of what it reshapes. */
  private boolean keepsLastAxis(NodeDef reshape) {
    Optional<Endpoint> shape = TrainingGraph.input(reshape, 1);
    Optional<Endpoint> x = TrainingGraph.input(reshape, 0);
    return shape.isPresent()
        && x.isPresent()
        && graph.behind(shape.get()).stream()
            .anyMatch(
                n ->
                    n.getOp().equals("Shape")
                        && TrainingGraph.input(n, 0).filter(x.get()::equals).isPresent());
  }

  /** A difference that is squared or made absolute, or a product with a logarithm. */
  private Optional<Endpoint> distance(NodeDef node) {
    boolean isDistance =
        node.getOp().equals("SquaredDifference")
            || node.getOp().equals("Sub")
                && graph.users(node.getName()).stream()
                    .anyMatch(u -> DISTANCES.contains(u.getOp()) && !isGradient(u));
    if (isDistance) {
      return comparedWithData(node);
    }
    return node.getOp().equals("Mul")
        ? comparedWithData(node).flatMap(this::logarithm)
        : Optional.empty();
  }

  /** The input that comes from variables, where the other comes from data alone. */
  private Optional<Endpoint> comparedWithData(NodeDef node) {
    Optional<Endpoint> a = TrainingGraph.input(node, 0);
    Optional<Endpoint> b = TrainingGraph.input(node, 1);
    if (a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    boolean aIsResult = dependsOnVariables.contains(a.get().node());
    boolean bIsResult = dependsOnVariables.contains(b.get().node());
    if (aIsResult == bIsResult || !DataSources.isBehind(aIsResult ? b.get() : a.get(), graph)) {
      return Optional.empty();
    }
    return aIsResult ? a : b;
  }

  /** What a logarithm is taken of, before a bound or a small number keeps it from zero. */
  private Optional<Endpoint> logarithm(Endpoint endpoint) {
    return argument(endpoint, Set.of("LogSoftmax"))
        .or(() -> argument(endpoint, Set.of("Log")).map(this::unbounded));
  }

  private Endpoint unbounded(Endpoint endpoint) {
    Endpoint at = graph.origin(endpoint, BOUNDS);
    Optional<NodeDef> sum = graph.maker(at).filter(n -> SUMS.contains(n.getOp()));
    boolean isNudged =
        sum.flatMap(n -> TrainingGraph.input(n, 1))
            .flatMap(graph::maker)
            .filter(n -> n.getOp().equals("Const"))
            .isPresent();
    return isNudged ? TrainingGraph.input(sum.get(), 0).orElse(at) : at;
  }
}
