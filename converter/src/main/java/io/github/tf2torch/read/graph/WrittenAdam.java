package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * A step of Adam with decoupled weight decay that a program wrote in TensorFlow's ops
 * (google-research/bert, optimization.py, {@code AdamWeightDecayOptimizer.apply_gradients}): {@code
 * p = p - lr * (m / (sqrt(v) + epsilon) + weight_decay * p)}, m and v as of this step, no bias
 * corrected.
 *
 * @param rate where the learning rate comes from
 * @param m the node that reads the first moment, and v that of the second
 * @param numbers in the words of that class; {@code weight_decay_rate} is 0 for what does not decay
 */
record WrittenAdam(
    Endpoint rate, NodeDef m, NodeDef v, Endpoint gradient, Map<String, Config> numbers) {
  static final String KIND = "AdamWeightDecay";

  static final Set<String> ASSIGNS = Set.of("Assign", "AssignVariableOp");

  private static final Set<String> SUMS = Set.of("Add", "AddV2");

  /** Empty where an assignment is anything else. */
  static Optional<WrittenAdam> of(NodeDef assign, TrainingGraph graph, Hyperparameters settings) {
    return new Reader(graph, settings).read(assign);
  }

  /** A number times something. */
  private record Product(Config number, Endpoint other) {}

  /** {@code beta * slot + (1 - beta) * now}. */
  private record Moment(Config beta, NodeDef slot, Endpoint now) {}

  private record Reader(TrainingGraph graph, Hyperparameters settings) {
    Optional<WrittenAdam> read(NodeDef assign) {
      Optional<NodeDef> difference = input(assign, 1, Set.of("Sub"));
      Optional<NodeDef> before = difference.flatMap(d -> holder(d, 0));
      Optional<NodeDef> scaled = difference.flatMap(d -> input(d, 1, Set.of("Mul")));
      if (scaled.isEmpty() || !before.equals(holder(assign, 0))) {
        return Optional.empty();
      }
      Optional<Endpoint> update = TrainingGraph.input(scaled.get(), 1);
      Optional<NodeDef> sum = update.flatMap(u -> maker(u, SUMS));
      Optional<Product> decay =
          sum.flatMap(s -> product(s, 1))
              .filter(d -> graph.origin(d.other().node()).equals(before));
      Optional<NodeDef> ratio =
          (decay.isPresent() ? sum.flatMap(s -> TrainingGraph.input(s, 0)) : update)
              .flatMap(r -> maker(r, Set.of("RealDiv")));
      Optional<NodeDef> below = ratio.flatMap(r -> input(r, 1, SUMS));
      Optional<Config> epsilon = below.flatMap(b -> number(b, 1));
      Optional<Moment> m = ratio.flatMap(r -> moment(r, 0));
      Optional<NodeDef> root = below.flatMap(b -> input(b, 0, Set.of("Sqrt")));
      Optional<Moment> v = root.flatMap(r -> moment(r, 0));
      Optional<Endpoint> squared =
          v.flatMap(s -> maker(s.now(), Set.of("Square")))
              .flatMap(s -> TrainingGraph.input(s, 0))
              .map(this::origin);
      if (m.isEmpty()
          || epsilon.isEmpty()
          || !squared.equals(m.map(Moment::now).map(this::origin))) {
        return Optional.empty();
      }
      Map<String, Config> numbers = new LinkedHashMap<>();
      numbers.put("beta_1", m.get().beta());
      numbers.put("beta_2", v.orElseThrow().beta());
      numbers.put("epsilon", epsilon.get());
      numbers.put("weight_decay_rate", decay.map(Product::number).orElse(new Config.Real(0)));
      return Optional.of(
          new WrittenAdam(
              TrainingGraph.inputs(scaled.get()).get(0),
              m.get().slot(),
              v.get().slot(),
              m.get().now(),
              numbers));
    }

    private Optional<Moment> moment(NodeDef node, int index) {
      Optional<NodeDef> sum = input(node, index, SUMS);
      Optional<Product> kept = sum.flatMap(s -> product(s, 0));
      Optional<Product> added = sum.flatMap(s -> product(s, 1));
      Optional<NodeDef> slot =
          kept.flatMap(k -> graph.origin(k.other().node())).filter(TrainingGraph::isVariable);
      boolean isMean =
          kept.isPresent()
              && added.isPresent()
              && Math.abs(real(kept.get().number()) + real(added.get().number()) - 1) < 1e-6;
      return isMean
          ? slot.map(s -> new Moment(kept.get().number(), s, added.get().other()))
          : Optional.empty();
    }

    private Optional<Product> product(NodeDef node, int index) {
      Optional<NodeDef> product = input(node, index, Set.of("Mul"));
      Optional<Config> number = product.flatMap(p -> number(p, 0));
      return number.map(n -> new Product(n, TrainingGraph.inputs(product.orElseThrow()).get(1)));
    }

    /** As Python had it, of which a graph keeps a float32. */
    private Optional<Config> number(NodeDef node, int index) {
      return TrainingGraph.input(node, index)
          .filter(i -> maker(i, Set.of("Const")).isPresent())
          .map(settings::of)
          .filter(Config.Real.class::isInstance)
          .map(n -> new Config.Real(shortest(real(n))));
    }

    private static double shortest(double value) {
      return value == (float) value ? Double.parseDouble(Float.toString((float) value)) : value;
    }

    private static double real(Config number) {
      return ((Config.Real) number).value();
    }

    private Optional<NodeDef> holder(NodeDef node, int index) {
      return graph.origin(node.getInput(index)).filter(TrainingGraph::isVariable);
    }

    private Optional<NodeDef> input(NodeDef node, int index, Set<String> ops) {
      return TrainingGraph.input(node, index).flatMap(i -> maker(i, ops));
    }

    private Optional<NodeDef> maker(Endpoint endpoint, Set<String> ops) {
      return graph.maker(origin(endpoint)).filter(n -> ops.contains(n.getOp()));
    }

    private Endpoint origin(Endpoint endpoint) {
      return graph.origin(endpoint, Hyperparameters.PASSES);
    }
  }
}
