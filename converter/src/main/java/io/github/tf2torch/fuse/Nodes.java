package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A graph as patterns look at it: who makes a tensor, who uses it, which weight it comes from. */
final class Nodes {
  static final Set<String> ADD = Set.of("Add", "AddV2");
  private static final Set<String> MUL = Set.of("Mul");
  private static final Set<String> SAME_ELEMENTS =
      Set.of("Identity", "Reshape", "Squeeze", "ExpandDims", "Cast", "StopGradient", "Transpose");

  private final Map<String, Node> byName = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final Setting setting;

  Nodes(Graph graph, Setting setting) {
    this.setting = setting;
    for (Node node : graph.nodes()) {
      byName.put(node.name(), node);
      node.inputs().forEach(i -> uses.merge(i.node(), 1, Integer::sum));
    }
  }

  Optional<Node> maker(Endpoint endpoint) {
    return Optional.ofNullable(byName.get(endpoint.node()));
  }

  Optional<Node> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The maker of output 0, if it is one of these operations. */
  Optional<Node> maker(Endpoint endpoint, Set<String> ops) {
    return endpoint.index() == 0 ? maker(endpoint).filter(n -> ops.contains(n.op())) : empty();
  }

  private static Optional<Node> empty() {
    return Optional.empty();
  }

  /** The maker, if nothing but the asker sees any of its outputs. */
  Optional<Node> hiddenMaker(Endpoint endpoint, Set<String> ops) {
    return maker(endpoint, ops).filter(n -> uses.get(n.name()) == 1 && !setting.isOutput(n));
  }

  /** Whether nothing sees any output but the first. */
  boolean givesFirstOnly(Node node, Graph graph) {
    return setting.outputs().stream().noneMatch(o -> isLaterOutput(o, node))
        && graph.nodes().stream()
            .flatMap(n -> n.inputs().stream())
            .noneMatch(i -> isLaterOutput(i, node));
  }

  private static boolean isLaterOutput(Endpoint endpoint, Node node) {
    return endpoint.index() > 0 && endpoint.node().equals(node.name());
  }

  /** A node's two inputs, in both orders, as an operation whose operands commute is matched. */
  static List<Operands> operands(Node node) {
    return List.of(
        new Operands(node.input(0), node.input(1)), new Operands(node.input(1), node.input(0)));
  }

  /** The factors of a product, in both orders; none where it is none. */
  Stream<Operands> factors(Endpoint product) {
    return maker(product, MUL).stream().flatMap(m -> operands(m).stream());
  }

  /** What is added to a sum, in both orders; nothing where it is none. */
  Stream<Operands> summands(Endpoint sum) {
    return maker(sum, ADD).stream().flatMap(a -> operands(a).stream());
  }

  record Operands(Endpoint one, Endpoint other) {}

  Optional<TensorValue> constant(Endpoint endpoint) {
    return maker(endpoint, Set.of("Const"))
        .filter(n -> n.attrs().get("value") instanceof Attr.Tensor)
        .map(n -> n.tensorAttr("value"));
  }

  /** The one element of a constant, seen through casts. */
  Optional<Double> scalar(Endpoint endpoint) {
    Endpoint at = endpoint;
    while (true) {
      Optional<Node> passing = maker(at, Set.of("Cast", "Identity"));
      if (passing.isEmpty()) {
        return constant(at)
            .filter(c -> c.shape().count() == 1 && c.shape().rank() <= 1)
            .filter(c -> c.dtype().isFloating())
            .map(c -> c.doubleAt(0));
      }
      at = passing.get().input(0);
    }
  }

  /** The extents of a variable or constant. */
  Optional<Shape> weightShape(Endpoint endpoint) {
    Optional<Shape> constant = constant(endpoint).map(TensorValue::shape);
    return constant.isPresent()
        ? constant
        : maker(endpoint, Set.of("Variable"))
            .flatMap(n -> n.shapeAttr("shape"))
            .flatMap(d -> d.shape());
  }

  /** The extents of a matrix of weights, which may be a variable of another shape. */
  Optional<Shape> matrixShape(Endpoint endpoint) {
    Optional<Shape> shape = weightShape(endpoint);
    Optional<Node> reshape = maker(endpoint, Set.of("Reshape"));
    if (shape.isEmpty() && reshape.isPresent()) {
      Optional<TensorValue> to = constant(reshape.get().input(1));
      shape =
          weightShape(reshape.get().input(0))
              .flatMap(s -> to.map(t -> new Shape(Extents.reshaped(s.dims(), t.longs()))));
    }
    return shape.filter(s -> s.rank() == 2);
  }

  /** The weight behind a tensor that holds a vector's elements in a shape made for broadcasting. */
  Optional<ChannelVector> channelVector(Endpoint endpoint) {
    List<Node> path = new ArrayList<>();
    Endpoint at = endpoint;
    Optional<Node> node = maker(at, SAME_ELEMENTS);
    while (node.isPresent()) {
      path.add(0, node.get());
      at = node.get().input(0);
      node = maker(at, SAME_ELEMENTS);
    }
    Endpoint weight = at;
    return weightShape(weight)
        .filter(s -> s.rank() == 1)
        .flatMap(s -> followed(path, s.dims()).flatMap(d -> ChannelVector.of(weight, d)));
  }

  private Optional<List<Long>> followed(List<Node> path, List<Long> from) {
    List<Long> dims = from;
    for (Node node : path) {
      Optional<List<Long>> next = shapeAfter(node, dims);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      dims = next.get();
    }
    return Optional.of(dims);
  }

  private Optional<List<Long>> shapeAfter(Node node, List<Long> dims) {
    return switch (node.op()) {
      case "Reshape" -> constant(node.input(1)).map(c -> Extents.reshaped(dims, c.longs()));
      case "Squeeze" -> Optional.of(Extents.squeezed(dims, node.intsAttr("squeeze_dims")));
      case "ExpandDims" -> constant(node.input(1)).map(c -> Extents.expanded(dims, c.longAt(0)));
      case "Transpose" -> constant(node.input(1)).map(c -> Extents.permuted(dims, c.longs()));
      default -> Optional.of(dims);
    };
  }
}
