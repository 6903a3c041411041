package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Weights that shrink before an optimizer's step, whatever its rate: {@code
 * var.assign_sub(weight_decay * var)}, which {@code extend_with_decoupled_weight_decay} has the op
 * of the step wait for (contrib/opt/python/training/weight_decay_optimizers.py).
 */
final class DecoupledDecay {
  private static final Set<String> SUBTRACTS = Set.of("AssignSub", "AssignSubVariableOp");

  /** The nearest of what a step waits for; between both is no more than a cast or a read. */
  private static final int MOST_BETWEEN = 512;

  private final TrainingGraph graph;
  private final Hyperparameters settings;

  /** The node that holds a variable → what shrinks it. */
  private final Map<String, List<Shrinking>> found = new HashMap<>();

  /** Empty of what is subtracted in another form than a number times the variable. */
  private record Shrinking(NodeDef op, Optional<Endpoint> rate) {}

  DecoupledDecay(TrainingGraph graph, Hyperparameters settings) {
    this.graph = graph;
    this.settings = settings;
    for (NodeDef node : graph.nodes()) {
      if (SUBTRACTS.contains(node.getOp()) && node.getInputCount() > 1) {
        graph.origin(node.getInput(0)).ifPresent(holder -> add(node, holder));
      }
    }
  }

  private void add(NodeDef node, NodeDef holder) {
    Optional<NodeDef> product =
        graph
            .maker(graph.origin(References.endpoint(node.getInput(1)), Hyperparameters.PASSES))
            .filter(n -> n.getOp().equals("Mul"));
    Optional<Endpoint> rate = Optional.empty();
    for (int weight = 0; weight < 2 && product.isPresent() && rate.isEmpty(); weight++) {
      if (graph.origin(product.get().getInput(weight)).filter(holder::equals).isPresent()) {
        rate = Optional.of(TrainingGraph.inputs(product.get()).get(1 - weight));
      }
    }
    found.computeIfAbsent(holder.getName(), n -> new ArrayList<>()).add(new Shrinking(node, rate));
  }

  /** By how much of itself the variable of a step shrinks before it; empty where it doesn't. */
  Optional<Config> of(NodeDef apply) {
    Optional<NodeDef> holder = graph.origin(apply.getInput(0));
    List<Shrinking> all =
        holder.map(h -> found.getOrDefault(h.getName(), List.of())).orElse(List.of());
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Optional<Endpoint> rate = all.get(0).rate();
    if (rate.isEmpty()) {
      return Optional.of(new Config.Text("subtracted as more than one number times the variable"));
    }
    boolean isBefore = all.size() == 1 && waitsFor(apply, all.get(0).op());
    return Optional.of(
        isBefore
            ? settings.of(rate.get())
            : new Config.Text("subtracted in no order that the graph sets"));
  }

  private boolean waitsFor(NodeDef apply, NodeDef other) {
    Deque<NodeDef> open = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    open.add(apply);
    while (!open.isEmpty() && seen.size() < MOST_BETWEEN) {
      NodeDef node = open.remove();
      if (node.equals(other)) {
        return true;
      }
      if (seen.add(node.getName())) {
        node.getInputList().forEach(i -> graph.maker(i).ifPresent(open::add));
      }
    }
    return false;
  }
}
