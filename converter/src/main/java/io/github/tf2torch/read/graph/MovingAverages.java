package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The variables of a training graph that follow what is computed from the batch: {@code v -= (v -
 * batch) * share}, {@code v = v * (1 - share) + batch * share}, in whatever words, and whether or
 * not the flag that it trains chooses between that and nothing.
 */
final class MovingAverages {
  private static final Set<String> HOLDERS =
      Set.of("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable");
  static final Set<String> NORMS = Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");

  private static final float ROUNDING = 1e-5f;

  /**
   * How a variable follows the batch.
   *
   * @param share of the batch in the new value
   * @param batch what it follows; empty where that is computed in a branch
   * @param isSample whether it is the variance of a sample, which Bessel's correction makes larger
   *     than that of the batch: what TensorFlow's own fused operation gives
   */
  record Average(float share, Optional<Endpoint> batch, boolean isSample) {}

  private final Map<String, Set<Average>> found = new LinkedHashMap<>();

  private MovingAverages(Graph graph) {
    visit(Place.Frame.of(graph), true, 0);
  }

  /** Node that holds a variable → how the variable moves; those that move in two ways are out. */
  static Map<String, Average> of(Graph graph) {
    Map<String, Average> all = new LinkedHashMap<>();
    new MovingAverages(graph)
        .found.forEach(
            (holder, ways) -> {
              if (ways.size() == 1) {
                all.put(holder, ways.iterator().next());
              }
            });
    return all;
  }

  private void visit(Place.Frame frame, boolean isTop, int depth) {
    for (Node node : frame.nodes().values()) {
      if (node.op().startsWith("Assign") && node.inputs().size() > 1) {
        update(node, frame, isTop);
      }
      if (Place.IFS.contains(node.op()) && depth < Place.DEEPEST) {
        frame.branches(node).forEach(b -> visit(b.frame(), false, depth + 1));
      }
    }
  }

  private void update(Node assign, Place.Frame frame, boolean isTop) {
    Place target = new Place(frame, assign.input(0)).origin();
    Optional<Node> holder = target.maker().filter(n -> HOLDERS.contains(n.op()));
    if (holder.isEmpty()) {
      return;
    }
    for (Blend value : Blends.of(new Place(frame, assign.input(1)))) {
      Blend changed =
          assign.op().startsWith("AssignSub")
              ? Blend.of(target).plus(value.times(-1))
              : assign.op().startsWith("AssignAdd") ? Blend.of(target).plus(value) : value;
      average(changed, target, isTop)
          .ifPresent(a -> found.computeIfAbsent(holder.get().name(), h -> new HashSet<>()).add(a));
    }
  }

  /** Empty where nothing changes, or something else than an average is made. */
  private Optional<Average> average(Blend changed, Place target, boolean isTop) {
    Optional<Float> old = Optional.ofNullable(changed.shares().get(target));
    if (old.isEmpty() || changed.shares().size() != 2 || changed.constant() != 0) {
      return Optional.empty();
    }
    return changed.shares().entrySet().stream()
        .filter(e -> !e.getKey().equals(target) && !isHolder(e.getKey()))
        .filter(e -> e.getValue() > 0 && e.getValue() < 1)
        .filter(e -> Math.abs(old.get() + e.getValue() - 1) < ROUNDING)
        .map(
            e ->
                new Average(
                    e.getValue(),
                    isTop ? Optional.of(e.getKey().endpoint()) : Optional.empty(),
                    isSample(e.getKey())))
        .findFirst();
  }

  /** An average of a variable follows no batch. */
  private static boolean isHolder(Place place) {
    return place.maker().filter(n -> HOLDERS.contains(n.op())).isPresent();
  }

  private static boolean isSample(Place batch) {
    Place at = batch;
    for (int i = 0; i < Place.DEEPEST; i++) {
      Optional<Node> maker = at.maker();
      if (maker.filter(n -> NORMS.contains(n.op())).isPresent()) {
        return true;
      }
      if (maker.filter(n -> Set.of("Squeeze", "Reshape").contains(n.op())).isEmpty()) {
        return false;
      }
      at = at.input(maker.get(), 0).origin();
    }
    return false;
  }
}
