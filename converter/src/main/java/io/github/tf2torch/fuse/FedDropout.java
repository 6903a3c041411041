package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Dropout whose share is fed, as TF1 programs switch it off: {@code x / keep * floor(keep +
 * random)}, {@code x * (1 / (1 - rate)) * cast(random >= rate)} or {@code select(random >= rate, x
 * * (1 / (1 - rate)), 0)}, of a placeholder that has the value of inference as its default. The
 * share that was fed in training is not in the file.
 */
final class FedDropout implements Pass {
  /** What {@code nn.Dropout} takes where nobody says. */
  private static final float RATE = 0.5f;

  private static final double[] PROBES = {0.25, 0.5, 0.75};
  private static final double ROUNDING = 1e-6;
  private static final int STEPS = 4;

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      dropped(node, nodes).ifPresent(x -> rewriting.replace(node, dropout(node, x)));
    }
    return rewriting.apply(graph);
  }

  private static Node dropout(Node last, Endpoint x) {
    Map<String, Attr> attrs = Map.of("rate", new Attr.Float(RATE));
    return new Node(last.name(), Node.FUSED + "Dropout", List.of(x), List.of(), attrs);
  }

  /** What a scaled tensor and a random mask are made of. */
  private static Optional<Endpoint> dropped(Node last, Nodes nodes) {
    if (Set.of("Select", "SelectV2").contains(last.op())) {
      return nodes.scalar(last.input(2)).filter(zero -> zero == 0).stream()
          .flatMap(zero -> compared(last.input(0), nodes))
          .flatMap(mask -> dropped(last.input(1), mask, nodes))
          .findFirst();
    }
    if (!last.op().equals("Mul")) {
      return Optional.empty();
    }
    return Nodes.operands(last).stream()
        .flatMap(
            o ->
                Stream.concat(cast(o.other(), nodes), floored(o.other(), nodes))
                    .flatMap(mask -> dropped(o.one(), mask, nodes)))
        .findFirst();
  }

  private static Stream<Endpoint> dropped(Endpoint scaled, Mask mask, Nodes nodes) {
    return mask.share().isFed() ? scaled(scaled, mask, nodes) : Stream.empty();
  }

  /** The share that a mask keeps, or drops. */
  private record Mask(FedScalar share, boolean isDropped) {
    Optional<Double> kept(double fed) {
      return share.value(fed).map(s -> isDropped ? 1 - s : s);
    }
  }

  private static Stream<Mask> cast(Endpoint mask, Nodes nodes) {
    return nodes.maker(mask, Set.of("Cast")).stream().flatMap(c -> compared(c.input(0), nodes));
  }

  private static Stream<Mask> compared(Endpoint mask, Nodes nodes) {
    return nodes.maker(mask, Set.of("GreaterEqual")).stream()
        .filter(g -> isNoise(g.input(0), nodes, STEPS))
        .map(g -> new Mask(new FedScalar(nodes, g.input(1)), true));
  }

  private static Stream<Mask> floored(Endpoint mask, Nodes nodes) {
    return nodes.maker(mask, Set.of("Floor")).stream()
        .flatMap(f -> nodes.summands(f.input(0)))
        .filter(o -> isNoise(o.other(), nodes, STEPS))
        .map(o -> new Mask(new FedScalar(nodes, o.one()), false));
  }

  private static boolean isNoise(Endpoint endpoint, Nodes nodes, int steps) {
    return steps > 0
        && nodes
            .maker(endpoint)
            .filter(
                n ->
                    n.op().contains("RandomUniform")
                        || (Set.of("Add", "AddV2", "Mul").contains(n.op())
                            && n.inputs().stream().anyMatch(i -> isNoise(i, nodes, steps - 1))))
            .isPresent();
  }

  /** The tensor that was divided by the share that is kept. */
  private static Stream<Endpoint> scaled(Endpoint value, Mask mask, Nodes nodes) {
    Stream<Endpoint> quotients =
        nodes.maker(value, Set.of("RealDiv", "Div")).stream()
            .filter(d -> isInverse(mask, new FedScalar(nodes, d.input(1)), true))
            .map(d -> d.input(0));
    Stream<Endpoint> products =
        nodes
            .factors(value)
            .filter(o -> isInverse(mask, new FedScalar(nodes, o.other()), false))
            .map(Nodes.Operands::one);
    return Stream.concat(quotients, products);
  }

  private static boolean isInverse(Mask mask, FedScalar factor, boolean divides) {
    for (double fed : PROBES) {
      Optional<Double> kept = mask.kept(fed);
      Optional<Double> by = factor.value(fed).map(f -> divides ? 1 / f : f);
      if (kept.isEmpty() || by.isEmpty() || Math.abs(kept.get() * by.get() - 1) > ROUNDING) {
        return false;
      }
    }
    return true;
  }
}
