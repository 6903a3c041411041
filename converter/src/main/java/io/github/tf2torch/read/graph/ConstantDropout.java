package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Dropout of a share that the graph holds as a number, in a graph that does nothing but train:
 * {@code x / keep * floor(keep + random)}, {@code x * scale * cast(random >= rate)} or {@code
 * select(random >= rate, x * scale, 0)} (python/ops/nn_ops.py of TensorFlow 1 and 2).
 *
 * @param last the node that gives the result
 * @param noiseShape the tensor that says how many numbers are drawn
 */
record ConstantDropout(NodeDef last, Endpoint x, float rate, Endpoint noiseShape) {
  private static final Set<String> SELECTS = Set.of("Select", "SelectV2");
  private static final Set<String> SUMS = Set.of("Add", "AddV2");
  private static final Set<String> NOISE_ARITHMETIC = Set.of("Add", "AddV2", "Mul");
  private static final Set<String> QUOTIENTS = Set.of("RealDiv", "Div");
  private static final float ROUNDING = 1e-6f;
  private static final int STEPS = 6;

  /** Whether an element is kept. */
  private record Mask(float rate, Endpoint noiseShape) {}

  /** The dropout that ends with this node. */
  static Optional<ConstantDropout> at(NodeDef last, TrainingGraph graph) {
    List<Endpoint> inputs = TrainingGraph.inputs(last);
    if (SELECTS.contains(last.getOp()) && inputs.size() == 3) {
      return number(inputs.get(2), graph, STEPS).filter(zero -> zero == 0).stream()
          .flatMap(zero -> compared(inputs.get(0), graph))
          .flatMap(mask -> of(last, inputs.get(1), mask, graph))
          .findFirst();
    }
    if (!last.getOp().equals("Mul") || inputs.size() != 2) {
      return Optional.empty();
    }
    return Stream.of(0, 1)
        .flatMap(
            i ->
                masks(inputs.get(1 - i), graph)
                    .flatMap(mask -> of(last, inputs.get(i), mask, graph)))
        .findFirst();
  }

  private static Stream<ConstantDropout> of(
      NodeDef last, Endpoint scaled, Mask mask, TrainingGraph graph) {
    return unscaled(scaled, 1 - mask.rate(), graph)
        .map(x -> new ConstantDropout(last, x, mask.rate(), mask.noiseShape()));
  }

  private static Stream<Mask> masks(Endpoint mask, TrainingGraph graph) {
    return Stream.concat(
        maker(mask, Set.of("Cast"), graph).flatMap(n -> compared(n, 0, graph)),
        maker(mask, Set.of("Floor"), graph)
            .flatMap(n -> TrainingGraph.input(n, 0).stream())
            .flatMap(sum -> maker(sum, SUMS, graph))
            .flatMap(
                sum ->
                    Stream.of(0, 1)
                        .flatMap(
                            i ->
                                mask(sum, i, graph)
                                    .map(m -> new Mask(1 - m.rate(), m.noiseShape)))));
  }

  private static Stream<Mask> compared(NodeDef cast, int input, TrainingGraph graph) {
    return TrainingGraph.input(cast, input).stream().flatMap(i -> compared(i, graph));
  }

  private static Stream<Mask> compared(Endpoint mask, TrainingGraph graph) {
    return maker(mask, Set.of("GreaterEqual"), graph).flatMap(n -> mask(n, 0, graph));
  }

  /** Random numbers at one input and a number at the other. */
  private static Stream<Mask> mask(NodeDef node, int noise, TrainingGraph graph) {
    Optional<Endpoint> drawn = TrainingGraph.input(node, noise);
    Optional<Endpoint> share = TrainingGraph.input(node, 1 - noise);
    if (drawn.isEmpty() || share.isEmpty()) {
      return Stream.empty();
    }
    return number(share.get(), graph, STEPS).filter(s -> s >= 0 && s <= 1).stream()
        .flatMap(s -> shapeOfNoise(drawn.get(), graph, STEPS).map(shape -> new Mask(s, shape)));
  }

  /** Behind the arithmetic that brings random numbers into their range. */
  private static Stream<Endpoint> shapeOfNoise(Endpoint at, TrainingGraph graph, int steps) {
    return graph.maker(at).stream()
        .flatMap(
            n -> {
              if (n.getOp().contains("RandomUniform") && !n.getOp().contains("Int")) {
                return TrainingGraph.input(n, 0).stream();
              }
              return steps > 0 && NOISE_ARITHMETIC.contains(n.getOp())
                  ? TrainingGraph.inputs(n).stream()
                      .flatMap(i -> shapeOfNoise(i, graph, steps - 1))
                      .limit(1)
                  : Stream.empty();
            });
  }

  /** What was divided by the share that is kept. */
  private static Stream<Endpoint> unscaled(Endpoint value, float keep, TrainingGraph graph) {
    Stream<Endpoint> quotients =
        maker(value, QUOTIENTS, graph)
            .filter(n -> isNear(TrainingGraph.input(n, 1), keep, graph))
            .flatMap(n -> TrainingGraph.input(n, 0).stream());
    Stream<Endpoint> products =
        maker(value, Set.of("Mul"), graph)
            .flatMap(
                n ->
                    Stream.of(0, 1)
                        .filter(i -> isNear(TrainingGraph.input(n, 1 - i), 1 / keep, graph))
                        .flatMap(i -> TrainingGraph.input(n, i).stream()));
    return Stream.concat(quotients, products);
  }

  private static boolean isNear(Optional<Endpoint> number, float wanted, TrainingGraph graph) {
    return number
        .flatMap(n -> number(n, graph, STEPS))
        .filter(n -> Math.abs(n / wanted - 1) <= ROUNDING)
        .isPresent();
  }

  private static Stream<NodeDef> maker(Endpoint at, Set<String> ops, TrainingGraph graph) {
    return graph.maker(at).filter(n -> ops.contains(n.getOp())).stream();
  }

  /** The number that a tensor holds, as the graph computes it of constants. */
  private static Optional<Float> number(Endpoint at, TrainingGraph graph, int steps) {
    Optional<NodeDef> maker = graph.maker(at);
    if (maker.isEmpty() || steps == 0) {
      return Optional.empty();
    }
    NodeDef node = maker.get();
    return switch (node.getOp()) {
      case "Const" -> constant(TrainingGraph.attr(node, "value").getTensor());
      case "Identity", "Cast" ->
          TrainingGraph.input(node, 0).flatMap(i -> number(i, graph, steps - 1));
      case "ZerosLike" -> Optional.of(0f);
      case "Sub", "RealDiv", "Div", "Reciprocal" -> {
        Optional<Float> a = TrainingGraph.input(node, 0).flatMap(i -> number(i, graph, steps - 1));
        if (node.getOp().equals("Reciprocal")) {
          yield a.map(v -> 1 / v);
        }
        Optional<Float> b = TrainingGraph.input(node, 1).flatMap(i -> number(i, graph, steps - 1));
        yield a.flatMap(v -> b.map(w -> node.getOp().equals("Sub") ? v - w : v / w));
      }
      default -> Optional.empty();
    };
  }

  private static Optional<Float> constant(TensorProto tensor) {
    boolean isScalar =
        tensor.getTensorShape().getDimList().stream().allMatch(d -> d.getSize() == 1);
    if (!isScalar) {
      return Optional.empty();
    }
    boolean isFloat = tensor.getDtype() == DataType.DT_FLOAT;
    if (isFloat && tensor.getTensorContent().size() == Float.BYTES) {
      return Optional.of(
          tensor
              .getTensorContent()
              .asReadOnlyByteBuffer()
              .order(java.nio.ByteOrder.LITTLE_ENDIAN)
              .getFloat());
    }
    if (isFloat) {
      return Optional.of(tensor.getFloatValCount() > 0 ? tensor.getFloatVal(0) : 0f);
    }
    return tensor.getDtype() == DataType.DT_DOUBLE && tensor.getDoubleValCount() > 0
        ? Optional.of((float) tensor.getDoubleVal(0))
        : Optional.empty();
  }
}
