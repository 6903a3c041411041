package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The steps of a model in the order of their computation, and what leads from one to another. */
final class BlockSteps {
  private static final int MOST_INPUTS = 2;

  private final Map<String, BlockStep> steps = new LinkedHashMap<>();
  private final Set<String> answered;

  /**
   * @param answered the steps whose values the model answers
   */
  BlockSteps(List<BlockStep> steps, Set<String> answered) {
    steps.forEach(s -> this.steps.put(s.name(), s));
    this.answered = Set.copyOf(answered);
  }

  static BlockSteps of(Layer model) {
    List<BlockStep> steps = new ArrayList<>();
    for (Layer layer : model.layers()) {
      boolean isInput = layer.className().equals("InputLayer");
      Set<String> reads = new HashSet<>();
      layer.calls().forEach(c -> c.inputs().forEach(t -> reads.add(t.layer())));
      boolean isOnce = layer.calls().size() == 1;
      boolean isFree = layer.weights().isEmpty() && layer.layers().isEmpty() && isOnce;
      steps.add(
          new BlockStep(
              layer.name(), layer.className(), reads, isFree, layer.calls().size() <= 1, !isInput));
    }
    return new BlockSteps(
        steps,
        LayerNetwork.outputs(model).stream().map(Layer.Tensor::layer).collect(Collectors.toSet()));
  }

  List<BlockStep> all() {
    return List.copyOf(steps.values());
  }

  boolean contains(String name) {
    return steps.containsKey(name);
  }

  boolean isAnswered(BlockStep step) {
    return answered.contains(step.name());
  }

  /** Whether few values go into the block and one comes out. */
  boolean isApart(List<BlockStep> block) {
    if (!block.stream().allMatch(BlockStep::isOnce)) {
      return false;
    }
    Set<String> own = names(block);
    own.addAll(names(between(block)));
    Set<String> read = new HashSet<>();
    Set<String> answers = new HashSet<>(answered);
    steps.forEach((name, s) -> (own.contains(name) ? read : answers).addAll(s.reads()));
    read.removeAll(own);
    answers.retainAll(own);
    return answers.size() == 1 && read.size() <= MOST_INPUTS;
  }

  /** Steps without weights that stand in a block under names of their own: {@code re_lu_2}. */
  List<BlockStep> between(List<BlockStep> block) {
    Set<String> own = names(block);
    Set<String> leading = new HashSet<>();
    block.forEach(s -> leading.addAll(s.reads()));
    List<BlockStep> backwards = new ArrayList<>(steps.values());
    Collections.reverse(backwards);
    for (BlockStep step : backwards) {
      if (leading.contains(step.name()) && step.isFree() && !own.contains(step.name())) {
        leading.addAll(step.reads());
      }
    }
    List<BlockStep> found = new ArrayList<>();
    for (BlockStep step : steps.values()) {
      if (leading.contains(step.name())
          && step.isFree()
          && !own.contains(step.name())
          && step.reads().stream().anyMatch(own::contains)) {
        found.add(step);
        own.add(step.name());
      }
    }
    return found;
  }

  /**
   * The nameless step that joins what a block answers with what it reads: the addition around a
   * residual block.
   */
  Optional<BlockStep> join(List<BlockStep> block) {
    Set<String> own = names(block);
    List<BlockStep> readers =
        steps.values().stream()
            .filter(s -> !own.contains(s.name()) && s.reads().stream().anyMatch(own::contains))
            .toList();
    Set<String> around = new HashSet<>(own);
    block.forEach(s -> around.addAll(s.reads()));
    return readers.size() == 1 && block.stream().noneMatch(this::isAnswered)
        ? readers.stream()
            .filter(r -> r.isFree() && !r.isNamed() && around.containsAll(r.reads()))
            .filter(r -> !own.containsAll(r.reads()))
            .findFirst()
        : Optional.empty();
  }

  private static Set<String> names(List<BlockStep> steps) {
    return steps.stream().map(BlockStep::name).collect(Collectors.toCollection(HashSet::new));
  }
}
