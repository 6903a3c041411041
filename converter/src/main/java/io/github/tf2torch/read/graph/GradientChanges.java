package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * What a graph does with a gradient between the backward pass and the optimizer: the clipping of
 * {@code tf.clip_by_value}, {@code clip_by_norm} and {@code clip_by_global_norm}
 * (python/ops/clip_ops.py), in the words of Keras.
 */
final class GradientChanges {
  private final TrainingGraph graph;
  private final Hyperparameters numbers;

  GradientChanges(TrainingGraph graph, Hyperparameters numbers) {
    this.graph = graph;
    this.numbers = numbers;
  }

  /**
   * Nothing where the gradient is taken as it is; {@code gradient} where it is changed otherwise.
   */
  Map<String, Config> of(String gradient) {
    Endpoint end = graph.origin(References.endpoint(gradient), Hyperparameters.PASSES);
    Optional<NodeDef> maker = graph.maker(end);
    Map<String, Config> found = new LinkedHashMap<>();
    if (maker.isEmpty() || isBackward(maker.get())) {
      return found;
    }
    NodeDef node = maker.get();
    global(node)
        .ifPresentOrElse(
            most -> found.put("global_clipnorm", most),
            () ->
                byNorm(node)
                    .ifPresentOrElse(
                        most -> found.put("clipnorm", most),
                        () -> byValue(node).ifPresent(most -> found.put("clipvalue", most))));
    if (found.isEmpty()) {
      found.put("gradient", new Config.Text("changed by " + node.getOp() + " before the step"));
    }
    return found;
  }

  /** TensorFlow and Keras build the backward pass in a scope of that name. */
  private static boolean isBackward(NodeDef node) {
    for (String part : node.getName().split("/", -1)) {
      if (part.startsWith("gradient")) {
        return true;
      }
    }
    return node.getOp().startsWith("Placeholder");
  }

  /** {@code g * (most * min(1 / norm, 1 / most))}, to which NaN is added where norm is infinite. */
  private Optional<Config> global(NodeDef node) {
    if (!node.getOp().equals("Mul")) {
      return Optional.empty();
    }
    Optional<NodeDef> scale = input(node, 1);
    for (int i = 0; i < 2 && scale.isPresent(); i++) {
      Optional<NodeDef> least = input(scale.get(), 1);
      if (scale.get().getOp().equals("Mul")
          && least.filter(n -> n.getOp().equals("Minimum")).isPresent()) {
        return number(scale.get(), 0);
      }
      int inner = scale.get().getOp().startsWith("Select") ? 1 : 0;
      scale = input(scale.get(), inner);
    }
    return Optional.empty();
  }

  /** {@code g * most / max(norm, most)}. */
  private Optional<Config> byNorm(NodeDef node) {
    if (!node.getOp().equals("RealDiv")) {
      return Optional.empty();
    }
    Optional<Config> most =
        input(node, 1).filter(n -> n.getOp().equals("Maximum")).flatMap(n -> number(n, 1));
    Optional<Config> factor =
        input(node, 0).filter(n -> n.getOp().equals("Mul")).flatMap(n -> number(n, 1));
    return most.filter(m -> factor.filter(m::equals).isPresent());
  }

  /** {@code max(min(g, most), -most)}, or one op. */
  private Optional<Config> byValue(NodeDef node) {
    Optional<Config> low;
    Optional<Config> high;
    if (node.getOp().equals("ClipByValue")) {
      low = number(node, 1);
      high = number(node, 2);
    } else if (node.getOp().equals("Maximum")) {
      low = number(node, 1);
      high = input(node, 0).filter(n -> n.getOp().equals("Minimum")).flatMap(n -> number(n, 1));
    } else {
      return Optional.empty();
    }
    boolean isEven =
        low.isPresent()
            && low.get() instanceof Config.Real l
            && high.isPresent()
            && high.get() instanceof Config.Real h
            && l.value() == -h.value();
    return isEven ? high : Optional.empty();
  }

  private Optional<NodeDef> input(NodeDef node, int index) {
    return TrainingGraph.input(node, index)
        .flatMap(i -> graph.maker(graph.origin(i, Hyperparameters.PASSES)));
  }

  private Optional<Config> number(NodeDef node, int index) {
    return TrainingGraph.input(node, index).map(numbers::of).filter(n -> n instanceof Config.Real);
  }
}
