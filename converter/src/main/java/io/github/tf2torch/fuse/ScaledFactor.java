package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A tensor behind transpositions and factors that are numbers.
 *
 * @param scale 1 where there is none; not a number where there are several
 */
record ScaledFactor(Endpoint tensor, AxisMoves moves, double scale) {
  private static final Set<String> PASSING = Set.of("Identity", "Mul", "RealDiv", "Transpose");

  /** As far as such nodes reach. */
  static ScaledFactor of(Endpoint endpoint, Nodes nodes) {
    return of(endpoint, nodes, false);
  }

  /** As far as such nodes reach that nothing else reads. */
  static ScaledFactor ofHidden(Endpoint endpoint, Nodes nodes) {
    return of(endpoint, nodes, true);
  }

  private static ScaledFactor of(Endpoint endpoint, Nodes nodes, boolean isHidden) {
    ScaledFactor at = new ScaledFactor(endpoint, AxisMoves.NONE, 1);
    Optional<ScaledFactor> next = Optional.of(at);
    while (next.isPresent()) {
      at = next.get();
      Optional<Node> maker =
          isHidden ? nodes.hiddenMaker(at.tensor(), PASSING) : nodes.maker(at.tensor(), PASSING);
      ScaledFactor from = at;
      next = maker.flatMap(m -> from.before(m, nodes));
    }
    return at;
  }

  private Optional<ScaledFactor> before(Node node, Nodes nodes) {
    return switch (node.op()) {
      case "Transpose" ->
          nodes
              .constant(node.input(1))
              .map(
                  order ->
                      new ScaledFactor(
                          node.input(0),
                          AxisMoves.of(
                                  Arrays.stream(order.longs()).mapToObj(Math::toIntExact).toList())
                              .then(moves),
                          scale));
      case "Mul" ->
          Nodes.operands(node).stream()
              .filter(o -> nodes.scalar(o.other()).isPresent())
              .findFirst()
              .map(o -> scaled(o.one(), nodes.scalar(o.other()).orElseThrow()));
      case "RealDiv" -> {
        OptionalDouble inverse = inverse(node, nodes);
        yield inverse.isPresent()
            ? Optional.of(scaled(node.input(0), inverse.getAsDouble()))
            : Optional.empty();
      }
      default -> Optional.of(new ScaledFactor(node.input(0), moves, scale));
    };
  }

  /** Of a power of two, which to divide by and to multiply with the inverse of is the same. */
  private static OptionalDouble inverse(Node division, Nodes nodes) {
    Optional<Double> divisor = nodes.scalar(division.input(1));
    return divisor.isPresent()
            && Math.abs(divisor.get()) == Math.pow(2, Math.getExponent(divisor.get()))
        ? OptionalDouble.of(1 / divisor.get())
        : OptionalDouble.empty();
  }

  private ScaledFactor scaled(Endpoint of, double by) {
    return new ScaledFactor(of, moves, scale == 1 ? by : Double.NaN);
  }
}
