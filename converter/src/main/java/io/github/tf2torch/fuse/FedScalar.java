package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.Optional;

/** A number that a graph computes from a placeholder, for any value that may be fed. */
record FedScalar(Nodes nodes, Endpoint at) {
  /** How deep the arithmetic of one number goes at most. */
  private static final int STEPS = 16;

  /** Its value where every placeholder with a default is fed {@code fed}; empty where unknown. */
  Optional<Double> value(double fed) {
    return value(at, fed, STEPS);
  }

  /** Whether what is fed makes a difference. */
  boolean isFed() {
    Optional<Double> one = value(0.25);
    Optional<Double> other = value(0.75);
    return one.isPresent() && other.isPresent() && !one.equals(other);
  }

  private Optional<Double> value(Endpoint endpoint, double fed, int steps) {
    Optional<Node> maker = nodes.maker(endpoint);
    if (steps == 0 || maker.isEmpty()) {
      return Optional.empty();
    }
    Node node = maker.get();
    return switch (node.op()) {
      case "PlaceholderWithDefault" -> Optional.of(fed);
      case "Const" -> nodes.scalar(endpoint);
      case "Identity", "Cast" -> value(node.input(0), fed, steps - 1);
      case "Add", "AddV2", "Sub", "Mul", "RealDiv", "Div" ->
          value(node.input(0), fed, steps - 1)
              .flatMap(a -> value(node.input(1), fed, steps - 1).map(b -> result(node.op(), a, b)));
      default -> Optional.empty();
    };
  }

  private static double result(String op, double a, double b) {
    return switch (op) {
      case "Sub" -> a - b;
      case "Mul" -> a * b;
      case "RealDiv", "Div" -> a / b;
      default -> a + b;
    };
  }
}
