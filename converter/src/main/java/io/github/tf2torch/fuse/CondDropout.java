package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Dropout of a tensor in one branch and the unchanged tensor in the other. TensorFlow has written
 * dropout as {@code select(random >= rate, x * scale, 0)}, {@code x * scale * cast(random >= rate)}
 * and {@code x / keep * floor(keep + random)}.
 */
final class CondDropout {
  private static final Set<String> SELECTS = Set.of("Select", "SelectV2");
  private static final Set<String> SUMS_AND_PRODUCTS = Set.of("Add", "AddV2", "Mul");
  private static final double ROUNDING = 1e-6;

  private final Branch training;
  private final Nodes nodes;
  private final Endpoint x;

  private CondDropout(Branch training, Endpoint x) {
    this.training = training;
    this.nodes = training.nodes();
    this.x = x;
  }

  static Optional<List<Node>> match(Node choice, Branch training, Branch inference) {
    return inference
        .outside(inference.result())
        .flatMap(x -> new CondDropout(training, x).mask())
        .map(mask -> List.of(mask.dropout(choice)));
  }

  /** What is kept: where it is random, and of which shape where that is not the tensor's own. */
  private record Mask(float rate, Endpoint x, Optional<Attr> noiseShape) {
    Node dropout(Node choice) {
      Map<String, Attr> attrs = new HashMap<>(Map.of("rate", new Attr.Float(rate)));
      noiseShape.ifPresent(s -> attrs.put("noise_shape", s));
      return new Node(choice.name(), Node.FUSED + "Dropout", List.of(x), List.of(), attrs);
    }
  }

  private Optional<Mask> mask() {
    return training.resultMaker().stream().flatMap(this::maskOf).findFirst();
  }

  private Stream<Mask> maskOf(Node last) {
    if (SELECTS.contains(last.op())) {
      return isZero(last.input(2))
          ? compared(last.input(0)).filter(m -> isScaled(last.input(1), m.rate()))
          : Stream.empty();
    }
    if (last.op().equals("Mul")) {
      return Nodes.operands(last).stream()
          .flatMap(
              o ->
                  Stream.concat(cast(o.other()), floored(o.other()))
                      .filter(m -> isScaled(o.one(), m.rate())));
    }
    return Stream.empty();
  }

  private Stream<Mask> cast(Endpoint mask) {
    return nodes.maker(mask, Set.of("Cast")).stream().flatMap(c -> compared(c.input(0)));
  }

  private Stream<Mask> compared(Endpoint mask) {
    return nodes.maker(mask, Set.of("GreaterEqual")).stream()
        .flatMap(
            compare ->
                nodes.scalar(compare.input(1)).stream()
                    .flatMap(rate -> drawn(compare.input(0), rate.floatValue())));
  }

  private Stream<Mask> floored(Endpoint mask) {
    return nodes.maker(mask, Set.of("Floor")).stream()
        .flatMap(floor -> nodes.summands(floor.input(0)))
        .flatMap(
            o ->
                nodes.scalar(o.one()).stream()
                    .flatMap(keep -> drawn(o.other(), 1 - keep.floatValue())));
  }

  private Stream<Mask> drawn(Endpoint noise, float rate) {
    return random(noise).stream()
        .flatMap(
            random -> {
              Optional<Node> shape = nodes.maker(training.origin(random.input(0)));
              boolean isOwn =
                  shape
                      .filter(s -> s.op().equals("Shape"))
                      .filter(s -> isX(s.input(0)))
                      .isPresent();
              return isOwn
                  ? Stream.of(new Mask(rate, x, Optional.empty()))
                  : nodes.constant(training.origin(random.input(0))).stream()
                      .map(c -> new Mask(rate, x, Optional.of(extents(c))));
            });
  }

  private static Attr extents(TensorValue shape) {
    return new Attr.ListOf(
        Arrays.stream(shape.longs()).mapToObj(d -> (Attr) new Attr.Int(d)).toList());
  }

  /** Behind the arithmetic that brings random numbers into a range. */
  private Optional<Node> random(Endpoint endpoint) {
    Optional<Node> maker = nodes.maker(training.origin(endpoint));
    if (maker.isEmpty() || maker.get().op().contains("RandomUniform")) {
      return maker.filter(m -> !m.op().contains("Int"));
    }
    return SUMS_AND_PRODUCTS.contains(maker.get().op())
        ? maker.get().inputs().stream().flatMap(i -> random(i).stream()).findFirst()
        : Optional.empty();
  }

  /** Whether it is {@code x / (1 - rate)}. */
  private boolean isScaled(Endpoint value, float rate) {
    Stream<Boolean> products =
        nodes
            .factors(value)
            .filter(o -> isX(o.one()))
            .flatMap(o -> nodes.scalar(o.other()).stream())
            .map(scale -> isNear(scale * (1 - rate), 1));
    Stream<Boolean> quotients =
        nodes.maker(value, Set.of("RealDiv")).stream()
            .filter(d -> isX(d.input(0)))
            .flatMap(d -> nodes.scalar(d.input(1)).stream())
            .map(keep -> isNear(keep, 1 - rate));
    return Stream.concat(products, quotients).anyMatch(is -> is);
  }

  private boolean isX(Endpoint inner) {
    return training.identity(inner).filter(x::equals).isPresent();
  }

  private boolean isZero(Endpoint endpoint) {
    return nodes
        .constant(training.origin(endpoint))
        .filter(c -> Arrays.stream(c.doubles()).allMatch(d -> d == 0))
        .isPresent();
  }

  private static boolean isNear(double value, double wanted) {
    return Math.abs(value - wanted) <= ROUNDING;
  }
}
