package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Dropout in one branch and the unchanged tensor in the other. */
final class CondDropout {
  private CondDropout() {}

  static Optional<List<Node>> match(Node choice, Branch training, Branch inference) {
    return inference
        .outside(inference.result())
        .flatMap(x -> rate(training).map(r -> List.of(dropout(choice, x, r))));
  }

  /** The r of {@code random >= r}, or of {@code floor(random + (1 - r))} in older graphs. */
  private static Optional<Float> rate(Branch training) {
    List<Node> body = training.function().body().nodes();
    if (body.stream().noneMatch(n -> n.op().contains("RandomUniform"))) {
      return Optional.empty();
    }
    Nodes nodes = training.nodes();
    Stream<Double> compared =
        body.stream()
            .filter(n -> n.op().equals("GreaterEqual"))
            .flatMap(n -> nodes.scalar(n.input(1)).stream());
    Stream<Double> rounded =
        body.stream()
            .filter(n -> n.op().equals("Floor"))
            .flatMap(n -> nodes.maker(n.input(0), Nodes.ADD).stream())
            .flatMap(add -> add.inputs().stream())
            .flatMap(i -> nodes.scalar(i).stream())
            .map(keep -> (double) (1 - keep.floatValue()));
    return Stream.concat(compared, rounded).map(Double::floatValue).findFirst();
  }

  private static Node dropout(Node choice, Endpoint x, float rate) {
    return new Node(
        choice.name(), "Dropout", List.of(x), List.of(), Map.of("rate", new Attr.Float(rate)));
  }
}
