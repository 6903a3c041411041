package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code x / 2 * (1 + erf(x / sqrt(2)))}, with erfc in its place, and {@code x / 2 * (1 +
 * tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))}, their three factors in any order. The node says
 * which digits its numbers have in the graph.
 */
final class Gelu implements Pass {
  private static final Set<String> NEG = Set.of("Neg");
  private static final double CUBED = 0.044715;

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (node.op().equals("Mul") && isSingle(node)) {
        factors(node, nodes)
            .flatMap(f -> cumulative(f.x(), f.share(), nodes).map(k -> fused(node, f.x(), k)))
            .findFirst()
            .ifPresent(fused -> rewriting.replace(node, fused));
      }
    }
    return rewriting.apply(graph);
  }

  /** Of float64 PyTorch has other digits than TensorFlow. */
  private static boolean isSingle(Node node) {
    return !node.hasAttr("T") || node.typeAttr("T") == DType.FLOAT32;
  }

  /** {@code x} and what is to be a sum of 1 and a function of it, or erfc; one half apart. */
  private record Factors(Endpoint x, Endpoint share) {}

  /** The function, and the numbers that it has. */
  private record Kind(String function, float root, boolean divides) {}

  private static Stream<Factors> factors(Node product, Nodes nodes) {
    return Nodes.operands(product).stream()
        .flatMap(
            o ->
                nodes
                    .factors(o.other())
                    .flatMap(
                        i ->
                            Stream.of(
                                List.of(o.one(), i.one(), i.other()),
                                List.of(i.one(), o.one(), i.other()))))
        .filter(three -> is(0.5, three.get(0), nodes))
        .flatMap(
            three ->
                Stream.of(
                    new Factors(three.get(1), three.get(2)),
                    new Factors(three.get(2), three.get(1))));
  }

  private static Stream<Kind> cumulative(Endpoint x, Endpoint share, Nodes nodes) {
    Stream<Kind> complement =
        nodes.maker(share, Set.of("Erfc")).stream()
            .flatMap(
                e ->
                    Stream.concat(
                        scaled(e.input(0), nodes)
                            .filter(s -> isNegated(s.x(), x, nodes))
                            .map(s -> new Kind("erfc", s.by(), s.divides())),
                        nodes.maker(e.input(0), NEG).stream()
                            .flatMap(n -> scaled(n.input(0), nodes))
                            .filter(s -> s.x().equals(x))
                            .map(s -> new Kind("erfc", s.by(), s.divides()))));
    Stream<Kind> sum =
        nodes
            .summands(share)
            .filter(o -> is(1, o.other(), nodes))
            .flatMap(
                o ->
                    Stream.concat(
                        nodes.maker(o.one(), Set.of("Erf")).stream()
                            .flatMap(e -> scaled(e.input(0), nodes))
                            .filter(s -> s.x().equals(x))
                            .map(s -> new Kind("erf", s.by(), s.divides())),
                        nodes.maker(o.one(), Set.of("Tanh")).stream()
                            .flatMap(t -> byTanh(t.input(0), x, nodes))));
    return Stream.concat(complement, sum);
  }

  /** {@code x} by a number that is the root of one half, or over the root of 2. */
  private record Scaled(Endpoint x, float by, boolean divides) {}

  private static Stream<Scaled> scaled(Endpoint endpoint, Nodes nodes) {
    Stream<Scaled> multiplied =
        nodes
            .factors(endpoint)
            .filter(o -> is(Math.sqrt(0.5), o.other(), nodes))
            .map(o -> new Scaled(o.one(), number(o.other(), nodes), false));
    Stream<Scaled> divided =
        nodes.maker(endpoint, Set.of("RealDiv")).stream()
            .filter(d -> is(Math.sqrt(2), d.input(1), nodes))
            .map(d -> new Scaled(d.input(0), number(d.input(1), nodes), true));
    return Stream.concat(multiplied, divided);
  }

  private static boolean isNegated(Endpoint endpoint, Endpoint x, Nodes nodes) {
    return nodes.maker(endpoint, NEG).filter(n -> n.input(0).equals(x)).isPresent();
  }

  private static Stream<Kind> byTanh(Endpoint endpoint, Endpoint x, Nodes nodes) {
    return nodes
        .factors(endpoint)
        .filter(o -> is(Math.sqrt(2 / Math.PI), o.other(), nodes))
        .filter(
            o ->
                nodes
                    .summands(o.one())
                    .filter(s -> s.one().equals(x))
                    .flatMap(s -> nodes.factors(s.other()))
                    .anyMatch(p -> is(CUBED, p.other(), nodes) && isCube(p.one(), x, nodes)))
        .map(o -> new Kind("tanh", number(o.other(), nodes), false));
  }

  private static boolean isCube(Endpoint endpoint, Endpoint x, Nodes nodes) {
    boolean isPower =
        nodes
            .maker(endpoint, Set.of("Pow"))
            .filter(p -> p.input(0).equals(x) && is(3, p.input(1), nodes))
            .isPresent();
    return isPower
        || nodes
            .factors(endpoint)
            .anyMatch(o -> o.one().equals(x) && isSquare(o.other(), x, nodes));
  }

  private static boolean isSquare(Endpoint endpoint, Endpoint x, Nodes nodes) {
    return nodes
        .maker(endpoint, Set.of("Square", "Mul"))
        .filter(s -> s.inputs().stream().allMatch(x::equals))
        .isPresent();
  }

  /** Whether it is the number, as float32 rounds that or what it was computed from. */
  private static boolean is(double number, Endpoint endpoint, Nodes nodes) {
    Optional<Double> found = nodes.scalar(endpoint);
    return found.isPresent() && Math.abs(found.get() - number) <= Math.ulp((float) number);
  }

  private static float number(Endpoint endpoint, Nodes nodes) {
    return nodes.scalar(endpoint).orElseThrow().floatValue();
  }

  private static Node fused(Node place, Endpoint x, Kind kind) {
    Map<String, Attr> attrs = new TreeMap<>();
    attrs.put("function", new Attr.Text(kind.function()));
    attrs.put("root", new Attr.Float(kind.root()));
    attrs.put("divides", new Attr.Bool(kind.divides()));
    return new Node(place.name(), Node.FUSED + "Gelu", List.of(x), List.of(), attrs);
  }
}
