package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Loss;
import io.github.tf2torch.model.source.ReadOptions;
import io.github.tf2torch.model.source.Signature;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The part of a training graph between the model's results and the loss. Sums over weights that go
 * into it are cut off as its penalties, so that the rest is of results and labels alone.
 */
final class LossGraph {
  private static final Set<String> CROSS_ENTROPIES =
      Set.of("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits", "Log1p");

  private final String file;
  private final GraphDef stored;
  private final TrainingGraph graph;
  private final OpTable ops;
  private final Map<String, Variable> holders;
  private final List<Signature.Tensor> results;
  private final Endpoint loss;
  private final List<String> assumed = new ArrayList<>();
  private final Map<Endpoint, Boolean> ofVariables = new HashMap<>();
  private final Map<Endpoint, Boolean> ofData = new HashMap<>();

  /**
   * @param stored in which what says whether the model trains has a default
   * @param results where the model ends
   */
  LossGraph(
      String file,
      GraphDef stored,
      OpTable ops,
      Map<String, Variable> holders,
      List<Signature.Tensor> results,
      Endpoint loss) {
    this.file = file;
    this.stored = stored;
    this.graph = new TrainingGraph(stored);
    this.ops = ops;
    this.holders = holders;
    this.results = results;
    this.loss = loss;
  }

  /** What goes in, what comes out, and what the penalties are. */
  record Parts(Signature signature, List<Loss.Penalty> penalties, List<String> assumed) {}

  Parts parts() {
    Map<Endpoint, Loss.Penalty> penalties = penalties();
    List<Signature.Tensor> inputs = new ArrayList<>();
    String result = isCrossEntropy() ? "logits" : "outputs";
    for (Signature.Tensor r : results) {
      String key = results.size() == 1 ? result : r.key();
      inputs.add(new Signature.Tensor(key, r.endpoint(), r.dtype(), r.dims()));
    }
    List<Signature.Tensor> labels = labels(penalties.keySet());
    for (Signature.Tensor label : labels) {
      String key = labels.size() == 1 ? "labels" : label.key();
      inputs.add(new Signature.Tensor(key, label.endpoint(), label.dtype(), dims(label)));
    }
    penalties.forEach(
        (endpoint, penalty) ->
            inputs.add(
                new Signature.Tensor(
                    penalty.key(), endpoint, DType.FLOAT32, Optional.of(Dims.of()))));
    Signature.Tensor end = new Signature.Tensor("loss", loss, DType.FLOAT32, Optional.empty());
    return new Parts(
        new Signature("loss", inputs, List.of(end)), List.copyOf(penalties.values()), assumed);
  }

  /** Of a placeholder without a shape: classes are one for each row, all else is as a result. */
  private Optional<Dims> dims(Signature.Tensor label) {
    Optional<Dims> result = results.get(0).dims();
    if (label.dims().isPresent() || result.isEmpty() || result.get().rank() == 0) {
      return label.dims();
    }
    boolean isClass = !label.dtype().isFloating();
    List<Long> extents = result.get().extents();
    List<Long> taken = isClass ? extents.subList(0, extents.size() - 1) : extents;
    assumed.add(
        "labels %s, of which the file says no shape, have %d axes, as %s"
            .formatted(
                label.endpoint().node(),
                taken.size(),
                isClass ? "classes of the results' rows" : "the results have"));
    return Optional.of(new Dims(taken));
  }

  private boolean isCrossEntropy() {
    return graph.behind(loss).stream().anyMatch(n -> CROSS_ENTROPIES.contains(n.getOp()));
  }

  private boolean isResult(Endpoint tensor) {
    return results.stream().anyMatch(r -> r.endpoint().equals(tensor));
  }

  private Map<Endpoint, Loss.Penalty> penalties() {
    Map<Endpoint, Loss.Penalty> penalties = new LinkedHashMap<>();
    Penalties reader = new Penalties(graph, holders);
    Deque<Endpoint> open = new ArrayDeque<>(List.of(loss));
    Set<Endpoint> seen = new HashSet<>();
    Set<String> beyond = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      Endpoint tensor = open.remove();
      if (isResult(tensor) || !seen.add(tensor) || !isOfVariables(tensor)) {
        continue;
      }
      if (isOfData(tensor)) {
        graph.maker(tensor).ifPresent(n -> open.addAll(TrainingGraph.inputs(n)));
        continue;
      }
      Optional<List<Loss.Term>> terms = reader.terms(tensor);
      if (terms.isEmpty()) {
        beyond.add(tensor.node());
      } else {
        String key = penalties.isEmpty() ? "penalty" : "penalty_" + (penalties.size() + 1);
        penalties.put(tensor, new Loss.Penalty(key, terms.get()));
      }
    }
    if (!beyond.isEmpty()) {
      throw new UnsupportedFile(
          file
              + ": the loss "
              + loss.node()
              + " reads more than results, labels and sums of squares over weights: "
              + String.join(", ", beyond));
    }
    return penalties;
  }

  private boolean isOfVariables(Endpoint tensor) {
    return rests(tensor, ofVariables, false);
  }

  private boolean isOfData(Endpoint tensor) {
    return rests(tensor, ofData, true);
  }

  /** Whether variables, or else results and placeholders, are behind a tensor. */
  private boolean rests(Endpoint tensor, Map<Endpoint, Boolean> known, boolean isOnData) {
    Boolean before = known.get(tensor);
    if (before != null) {
      return before;
    }
    known.put(tensor, false);
    boolean is = isResult(tensor) && isOnData;
    Optional<NodeDef> maker = isResult(tensor) ? Optional.empty() : graph.maker(tensor);
    if (maker.isPresent()) {
      NodeDef node = maker.get();
      is |= isOnData ? DataSources.isPlaceholder(node) : TrainingGraph.isVariable(node);
      for (Endpoint input : TrainingGraph.inputs(node)) {
        is |= rests(input, known, isOnData);
      }
    }
    known.put(tensor, is);
    return is;
  }

  private List<Signature.Tensor> labels(Set<Endpoint> penalties) {
    Set<Endpoint> ends = new HashSet<>(penalties);
    results.forEach(r -> ends.add(r.endpoint()));
    Set<String> needed = new LinkedHashSet<>();
    Deque<Endpoint> open = new ArrayDeque<>(List.of(loss));
    while (!open.isEmpty()) {
      Endpoint tensor = open.remove();
      if (!ends.contains(tensor) && needed.add(tensor.node())) {
        graph.maker(tensor).ifPresent(n -> open.addAll(TrainingGraph.inputs(n)));
      }
    }
    List<NodeDef> pipelines =
        needed.stream()
            .map(n -> graph.maker(n))
            .flatMap(Optional::stream)
            .filter(DataSources::isPipeline)
            .toList();
    if (!pipelines.isEmpty()) {
      throw new UnsupportedFile(
          file + ": the labels of the loss come from a pipeline, " + pipelines.get(0).getName());
    }
    GraphDef.Builder part = stored.toBuilder().clearNode();
    stored.getNodeList().stream().filter(n -> needed.contains(n.getName())).forEach(part::addNode);
    ReadOptions until =
        new ReadOptions(Optional.empty(), Set.of(), OptionalLong.empty(), List.of(), List.of(loss));
    return GraphEnds.of(file, part.build(), ops, until).signature().inputs();
  }
}
