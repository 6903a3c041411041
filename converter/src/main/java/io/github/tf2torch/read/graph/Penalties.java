package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Loss;
import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** Reads what a graph adds to its loss for the size of weights: {@code scale * l2_loss(kernel)}. */
final class Penalties {
  private static final Set<String> SUMS = Set.of("Add", "AddV2", "AddN", "AccumulateNV2");
  private static final Set<String> PASSES = Set.of("Identity", "ReadVariableOp", "Snapshot");
  private static final int DEEPEST = 512;

  private final TrainingGraph graph;
  private final Map<String, Variable> holders;

  Penalties(TrainingGraph graph, Map<String, Variable> holders) {
    this.graph = graph;
    this.holders = holders;
  }

  /** Its terms; empty where it is something else. */
  Optional<List<Loss.Term>> terms(Endpoint tensor) {
    return terms(tensor, 0);
  }

  private Optional<List<Loss.Term>> terms(Endpoint tensor, int depth) {
    Optional<NodeDef> maker = graph.maker(graph.origin(tensor, PASSES));
    if (maker.isEmpty() || depth > DEEPEST) {
      return Optional.empty();
    }
    NodeDef node = maker.get();
    List<Endpoint> inputs = TrainingGraph.inputs(node);
    if (SUMS.contains(node.getOp())) {
      List<Loss.Term> all = new ArrayList<>();
      for (Endpoint input : inputs) {
        Optional<List<Loss.Term>> some =
            number(input).filter(n -> n == 0).isPresent()
                ? Optional.of(List.of())
                : terms(input, depth + 1);
        if (some.isEmpty()) {
          return Optional.empty();
        }
        all.addAll(some.get());
      }
      return Optional.of(all);
    }
    return switch (node.getOp()) {
      case "Mul" ->
          number(inputs.get(0))
              .flatMap(n -> terms(inputs.get(1), depth + 1).map(t -> scaled(t, n)))
              .or(
                  () ->
                      number(inputs.get(1))
                          .flatMap(n -> terms(inputs.get(0), depth + 1).map(t -> scaled(t, n))));
      case "L2Loss" -> variable(inputs.get(0)).map(v -> List.of(term(v, true, List.of(0.5f))));
      case "Sum" -> sum(inputs.get(0));
      default -> Optional.empty();
    };
  }

  /** Over all axes; a variable's rank is what the axes are counted against. */
  private Optional<List<Loss.Term>> sum(Endpoint of) {
    Optional<NodeDef> maker = graph.maker(graph.origin(of, PASSES));
    Optional<Boolean> isSquared =
        maker.flatMap(
            n ->
                switch (n.getOp()) {
                  case "Square" -> Optional.of(true);
                  case "Abs" -> Optional.of(false);
                  default -> Optional.empty();
                });
    return isSquared.flatMap(
        s ->
            TrainingGraph.input(maker.orElseThrow(), 0)
                .flatMap(this::variable)
                .map(v -> List.of(term(v, s, List.of()))));
  }

  private static Loss.Term term(Variable variable, boolean isSquared, List<Float> factors) {
    return new Loss.Term(variable.name(), isSquared, factors);
  }

  private static List<Loss.Term> scaled(List<Loss.Term> terms, float by) {
    List<Loss.Term> scaled = new ArrayList<>();
    for (Loss.Term term : terms) {
      List<Float> factors = new ArrayList<>(term.factors());
      factors.add(by);
      scaled.add(new Loss.Term(term.variable(), term.isSquared(), factors));
    }
    return scaled;
  }

  private Optional<Variable> variable(Endpoint tensor) {
    return Optional.ofNullable(holders.get(graph.origin(tensor, PASSES).node()));
  }

  private Optional<Float> number(Endpoint tensor) {
    Endpoint origin = graph.origin(tensor, PASSES);
    return graph
        .maker(origin)
        .filter(n -> n.getOp().equals("Const"))
        .flatMap(
            n ->
                new ConstantReader()
                    .read(origin.node(), TrainingGraph.attr(n, "value").getTensor()))
        .flatMap(
            a ->
                a instanceof Attr.Tensor t
                        && t.value().shape().count() == 1
                        && t.value().dtype().isFloating()
                    ? Optional.of((float) t.value().doubleAt(0))
                    : Optional.empty());
  }
}
