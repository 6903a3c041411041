package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Layer normalization over the last axis, as {@code tf.nn.moments} and {@code
 * tf.nn.batch_normalization} write it, and as {@code (x - mean) / sqrt(variance + epsilon)}; gamma
 * or beta may be missing.
 */
final class LayerNormArithmetic implements Pass {
  private static final Set<String> MUL = Set.of("Mul");
  private static final Set<String> SUB = Set.of("Sub");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      Stream.concat(scaledAndShifted(node, nodes), affine(node, nodes))
          .filter(n -> n.gamma().isPresent() || n.beta().isPresent())
          .filter(n -> n.isOfLastAxis(nodes))
          .findFirst()
          .ifPresent(n -> rewriting.replace(node, n.named(node)));
    }
    return rewriting.apply(graph);
  }

  /** {@code 1 / sqrt(variance + epsilon)}, times gamma where there is one. */
  private record Inverse(Endpoint variance, float epsilon, Optional<ChannelVector> gamma) {}

  private record Norm(
      Endpoint x,
      Endpoint mean,
      Endpoint variance,
      float epsilon,
      Optional<ChannelVector> gamma,
      Optional<ChannelVector> beta) {
    Norm scaledBy(ChannelVector vector) {
      return new Norm(x, mean, variance, epsilon, Optional.of(vector), beta);
    }

    Norm shiftedBy(ChannelVector vector) {
      return new Norm(x, mean, variance, epsilon, gamma, Optional.of(vector));
    }

    private List<ChannelVector> vectors() {
      return Stream.of(gamma, beta).flatMap(Optional::stream).toList();
    }

    /** Whether these are the moments of {@code x} along its last axis, which the vectors lie on. */
    boolean isOfLastAxis(Nodes nodes) {
      int rank = vectors().stream().mapToInt(ChannelVector::rank).max().orElseThrow();
      boolean alongLast = vectors().stream().allMatch(v -> v.axis() == -1 && v.channels() > 1);
      boolean agree = vectors().stream().map(ChannelVector::channels).distinct().count() == 1;
      return alongLast
          && agree
          && meanOf(mean, rank, nodes).filter(x::equals).isPresent()
          && meanOf(variance, rank, nodes).filter(s -> isSquare(s, nodes)).isPresent();
    }

    /** The square of what {@code x} is more than its mean. */
    private boolean isSquare(Endpoint squared, Nodes nodes) {
      return nodes
              .maker(squared, Set.of("SquaredDifference"))
              .filter(d -> Set.copyOf(d.inputs()).equals(Set.of(x, mean)))
              .isPresent()
          || nodes
              .maker(squared, Set.of("Square"))
              .filter(s -> isCentered(s.input(0), nodes))
              .isPresent();
    }

    private boolean isCentered(Endpoint endpoint, Nodes nodes) {
      return nodes
          .maker(endpoint, SUB)
          .filter(s -> s.inputs().equals(List.of(x, mean)))
          .isPresent();
    }

    Node named(Node place) {
      List<Endpoint> inputs = new ArrayList<>(List.of(x));
      vectors().forEach(v -> inputs.add(v.weight()));
      Map<String, Attr> attrs = new TreeMap<>();
      attrs.put("scale", new Attr.Bool(gamma.isPresent()));
      attrs.put("center", new Attr.Bool(beta.isPresent()));
      attrs.put("epsilon", new Attr.Float(epsilon));
      return new Node(place.name(), Node.FUSED + "LayerNorm", inputs, List.of(), attrs);
    }
  }

  /** What it is the mean of, along the last of {@code rank} axes, which it keeps. */
  private static Optional<Endpoint> meanOf(Endpoint endpoint, int rank, Nodes nodes) {
    return nodes
        .maker(endpoint, Set.of("Mean"))
        .filter(m -> m.boolAttr("keep_dims"))
        .filter(m -> nodes.constant(m.input(1)).filter(a -> isLast(a, rank)).isPresent())
        .map(m -> m.input(0));
  }

  /** An axis that is counted from the front is known for the last one by gamma's shape alone. */
  private static boolean isLast(TensorValue axes, int rank) {
    return axes.shape().count() == 1
        && (axes.longAt(0) == -1 || rank > 1 && axes.longAt(0) == rank - 1);
  }

  /** {@code x * inverse + (beta - mean * inverse)}, in any order. */
  private static Stream<Norm> scaledAndShifted(Node node, Nodes nodes) {
    if (Nodes.ADD.contains(node.op())) {
      return Nodes.operands(node).stream()
          .flatMap(
              o -> nodes.factors(o.one()).flatMap(scaled -> shifted(scaled, o.other(), nodes)));
    }
    return node.op().equals("Sub")
        ? nodes
            .factors(node.input(0))
            .flatMap(
                scaled ->
                    nodes
                        .factors(node.input(1))
                        .flatMap(p -> norm(scaled, p, Optional.empty(), nodes)))
        : Stream.empty();
  }

  private static Stream<Norm> shifted(Nodes.Operands scaled, Endpoint shift, Nodes nodes) {
    Stream<Norm> less =
        nodes.maker(shift, SUB).stream()
            .flatMap(
                s ->
                    vector(s.input(0), nodes)
                        .flatMap(
                            beta ->
                                nodes
                                    .factors(s.input(1))
                                    .flatMap(p -> norm(scaled, p, Optional.of(beta), nodes))));
    Stream<Norm> more =
        nodes
            .summands(shift)
            .flatMap(
                o ->
                    vector(o.other(), nodes)
                        .flatMap(
                            beta ->
                                negated(o.one(), nodes)
                                    .flatMap(p -> norm(scaled, p, Optional.of(beta), nodes))));
    Stream<Norm> plain =
        negated(shift, nodes).flatMap(p -> norm(scaled, p, Optional.empty(), nodes));
    return Stream.of(less, more, plain).flatMap(s -> s);
  }

  /** The factors of a product of which one, or the product, is negated. */
  private static Stream<Nodes.Operands> negated(Endpoint endpoint, Nodes nodes) {
    return Stream.concat(
        nodes
            .factors(endpoint)
            .flatMap(
                p ->
                    nodes.maker(p.one(), Set.of("Neg")).stream()
                        .map(n -> new Nodes.Operands(n.input(0), p.other()))),
        nodes.maker(endpoint, Set.of("Neg")).stream().flatMap(n -> nodes.factors(n.input(0))));
  }

  private static Stream<Norm> norm(
      Nodes.Operands scaled, Nodes.Operands shift, Optional<ChannelVector> beta, Nodes nodes) {
    return scaled.other().equals(shift.other())
        ? inverse(scaled.other(), nodes)
            .map(
                i ->
                    new Norm(scaled.one(), shift.one(), i.variance(), i.epsilon(), i.gamma(), beta))
        : Stream.empty();
  }

  private static Stream<Inverse> inverse(Endpoint endpoint, Nodes nodes) {
    return Stream.concat(
        root(endpoint, "Rsqrt", nodes),
        nodes
            .factors(endpoint)
            .flatMap(
                p ->
                    root(p.one(), "Rsqrt", nodes)
                        .flatMap(
                            i ->
                                vector(p.other(), nodes)
                                    .map(
                                        g ->
                                            new Inverse(
                                                i.variance(), i.epsilon(), Optional.of(g))))));
  }

  /** The root of a variance and epsilon. */
  private static Stream<Inverse> root(Endpoint endpoint, String op, Nodes nodes) {
    return nodes.maker(endpoint, Set.of(op)).stream()
        .flatMap(r -> nodes.summands(r.input(0)))
        .flatMap(
            o ->
                nodes.scalar(o.other()).stream()
                    .map(eps -> new Inverse(o.one(), eps.floatValue(), Optional.empty())));
  }

  /** {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta}. */
  private static Stream<Norm> affine(Node node, Nodes nodes) {
    if (Nodes.ADD.contains(node.op())) {
      return Nodes.operands(node).stream()
          .flatMap(
              o ->
                  vector(o.other(), nodes)
                      .flatMap(
                          beta ->
                              Stream.concat(
                                      nodes.maker(o.one(), MUL).stream()
                                          .flatMap(m -> scaled(m, nodes)),
                                      centered(o.one(), nodes))
                                  .map(n -> n.shiftedBy(beta))));
    }
    return node.op().equals("Mul") ? scaled(node, nodes) : Stream.empty();
  }

  private static Stream<Norm> scaled(Node product, Nodes nodes) {
    return Nodes.operands(product).stream()
        .flatMap(
            o ->
                vector(o.other(), nodes)
                    .flatMap(gamma -> centered(o.one(), nodes).map(n -> n.scaledBy(gamma))));
  }

  private static Stream<Norm> centered(Endpoint endpoint, Nodes nodes) {
    Stream<Norm> multiplied =
        nodes
            .factors(endpoint)
            .flatMap(p -> root(p.other(), "Rsqrt", nodes).flatMap(i -> less(p.one(), i, nodes)));
    Stream<Norm> divided =
        nodes.maker(endpoint, Set.of("RealDiv")).stream()
            .flatMap(d -> root(d.input(1), "Sqrt", nodes).flatMap(i -> less(d.input(0), i, nodes)));
    return Stream.concat(multiplied, divided);
  }

  private static Stream<Norm> less(Endpoint difference, Inverse inverse, Nodes nodes) {
    return nodes.maker(difference, SUB).stream()
        .map(
            s ->
                new Norm(
                    s.input(0),
                    s.input(1),
                    inverse.variance(),
                    inverse.epsilon(),
                    Optional.empty(),
                    Optional.empty()));
  }

  private static Stream<ChannelVector> vector(Endpoint endpoint, Nodes nodes) {
    return nodes.channelVector(endpoint).stream();
  }
}
