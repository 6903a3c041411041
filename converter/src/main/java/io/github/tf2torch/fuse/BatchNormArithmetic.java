package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Batch normalization as {@code tf.nn.batch_normalization} writes it, which Keras 3 exports: {@code
 * x * inv + (beta - mean * inv)} with {@code inv = rsqrt(variance + epsilon) * gamma}; gamma and
 * beta may be missing.
 */
final class BatchNormArithmetic implements Pass {
  private static final Set<String> MUL = Set.of("Mul");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      match(node, nodes)
          .ifPresent(n -> rewriting.replace(node, n.named(node.name(), Optional.empty())));
    }
    return rewriting.apply(graph);
  }

  private static Optional<BatchNormNode> match(Node node, Nodes nodes) {
    if (Nodes.ADD.contains(node.op())) {
      return Nodes.operands(node).stream()
          .flatMap(
              o ->
                  nodes.maker(o.one(), MUL).stream()
                      .flatMap(
                          scaled -> shifts(o.other(), nodes).flatMap(s -> join(scaled, s, nodes))))
          .findFirst();
    }
    // without beta: x * inv - mean * inv
    if (node.op().equals("Sub")) {
      return nodes.maker(node.input(0), MUL).stream()
          .flatMap(
              scaled ->
                  nodes
                      .factors(node.input(1))
                      .flatMap(
                          p ->
                              join(scaled, new Shift(p.one(), p.other(), Optional.empty()), nodes)))
          .findFirst();
    }
    return Optional.empty();
  }

  /** {@code beta - mean * inv}, or {@code -mean * inv}. */
  private record Shift(Endpoint mean, Endpoint inverse, Optional<Endpoint> beta) {}

  private record Inverse(ChannelVector variance, float epsilon, Optional<ChannelVector> gamma) {}

  private static Stream<Shift> shifts(Endpoint endpoint, Nodes nodes) {
    Stream<Shift> centered =
        nodes.maker(endpoint, Set.of("Sub")).stream()
            .flatMap(
                sub ->
                    nodes
                        .factors(sub.input(1))
                        .map(p -> new Shift(p.one(), p.other(), Optional.of(sub.input(0)))));
    Stream<Shift> meanNegated =
        nodes
            .factors(endpoint)
            .flatMap(
                p ->
                    nodes.maker(p.one(), Set.of("Neg")).stream()
                        .map(neg -> new Shift(neg.input(0), p.other(), Optional.empty())));
    Stream<Shift> productNegated =
        nodes.maker(endpoint, Set.of("Neg")).stream()
            .flatMap(neg -> nodes.factors(neg.input(0)))
            .map(p -> new Shift(p.one(), p.other(), Optional.empty()));
    return Stream.of(centered, meanNegated, productNegated).flatMap(s -> s);
  }

  private static Stream<BatchNormNode> join(Node scaled, Shift shift, Nodes nodes) {
    return Nodes.operands(scaled).stream()
        .filter(o -> o.other().equals(shift.inverse()))
        .flatMap(o -> norm(o.one(), shift, nodes).stream());
  }

  private static Optional<BatchNormNode> norm(Endpoint x, Shift shift, Nodes nodes) {
    Optional<ChannelVector> mean = nodes.channelVector(shift.mean());
    Optional<Inverse> inverse = inverse(shift.inverse(), nodes);
    Optional<ChannelVector> beta = shift.beta().flatMap(nodes::channelVector);
    if (mean.isEmpty() || inverse.isEmpty() || beta.isPresent() != shift.beta().isPresent()) {
      return Optional.empty();
    }
    Optional<ChannelVector> gamma = inverse.get().gamma();
    List<ChannelVector> all =
        Stream.of(mean, Optional.of(inverse.get().variance()), gamma, beta)
            .flatMap(Optional::stream)
            .toList();
    boolean agree =
        all.stream()
            .allMatch(v -> v.channels() == mean.get().channels() && v.axis() == mean.get().axis());
    return agree
        ? Optional.of(
            new BatchNormNode(
                x,
                mean.get().weight(),
                inverse.get().variance().weight(),
                gamma.map(ChannelVector::weight),
                beta.map(ChannelVector::weight),
                inverse.get().epsilon(),
                mean.get().axis(),
                all.stream().mapToInt(ChannelVector::rank).max().orElseThrow()))
        : Optional.empty();
  }

  private static Optional<Inverse> inverse(Endpoint endpoint, Nodes nodes) {
    Optional<Inverse> plain = unscaled(endpoint, nodes);
    if (plain.isPresent()) {
      return plain;
    }
    return nodes
        .factors(endpoint)
        .flatMap(
            p ->
                unscaled(p.one(), nodes).stream()
                    .flatMap(
                        i ->
                            nodes.channelVector(p.other()).stream()
                                .map(g -> new Inverse(i.variance(), i.epsilon(), Optional.of(g)))))
        .findFirst();
  }

  private static Optional<Inverse> unscaled(Endpoint endpoint, Nodes nodes) {
    return nodes
        .maker(endpoint, Set.of("Rsqrt"))
        .flatMap(r -> nodes.maker(r.input(0), Nodes.ADD))
        .flatMap(
            add ->
                Nodes.operands(add).stream()
                    .flatMap(
                        o ->
                            nodes.scalar(o.other()).stream()
                                .flatMap(
                                    eps ->
                                        nodes.channelVector(o.one()).stream()
                                            .map(
                                                v ->
                                                    new Inverse(
                                                        v, eps.floatValue(), Optional.empty()))))
                    .findFirst());
  }
}
