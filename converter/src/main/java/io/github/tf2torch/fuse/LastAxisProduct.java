package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Attr;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The product of a tensor's last axis with a matrix of weights, which {@code tf.tensordot} writes
 * for a tensor of unknown extents as a product of matrices between two reshapes.
 */
final class LastAxisProduct implements Pass {
  private static final Set<String> GATHER = Set.of("GatherV2");

  @Override
  public Graph apply(Graph graph, Setting setting) {
    Nodes nodes = new Nodes(graph, setting);
    Rewriting rewriting = new Rewriting();
    for (Node node : graph.nodes()) {
      if (node.op().equals("Reshape")) {
        product(node, nodes).ifPresent(p -> rewriting.replace(node, p));
      }
    }
    return rewriting.apply(graph);
  }

  private static Optional<Node> product(Node reshape, Nodes nodes) {
    Optional<Node> product =
        nodes
            .hiddenMaker(reshape.input(0), Set.of("MatMul"))
            .filter(m -> !m.boolAttr("transpose_a") && !m.boolAttr("transpose_b"));
    Optional<Shape> kernel =
        product.flatMap(m -> nodes.weightShape(m.input(1))).filter(s -> s.rank() == 2);
    if (kernel.isEmpty()) {
      return Optional.empty();
    }
    // x has as many elements as these rows have, and all its extents but the last are those of the
    // result: so a row of the matrix is x's last axis, however the first reshape was computed
    return nodes
        .maker(product.get().input(0), Set.of("Reshape"))
        .flatMap(rows -> nodes.maker(rows.input(0), Set.of("Transpose")))
        .filter(t -> extents(reshape.input(1), t, kernel.get().dim(1), nodes))
        .map(t -> product(reshape.name(), t.input(0), product.get()));
  }

  /** Whether these are the extents of what is transposed into its own order, the last one apart. */
  private static boolean extents(Endpoint shape, Node transpose, long last, Nodes nodes) {
    Optional<TensorValue> order = nodes.constant(transpose.input(1));
    Optional<Node> joined =
        nodes.maker(shape, Set.of("ConcatV2")).filter(c -> c.inputs().size() == 3);
    if (order.isEmpty() || joined.isEmpty() || !isCount(order.get(), order.get())) {
      return false;
    }
    boolean endsSo =
        nodes
            .constant(joined.get().input(1))
            .filter(c -> c.shape().count() == 1 && c.longAt(0) == last)
            .isPresent();
    return endsSo
        && nodes
            .maker(joined.get().input(0), GATHER)
            .filter(g -> isShapeOf(transpose.input(0), g.input(0), nodes))
            .flatMap(g -> nodes.constant(g.input(1)))
            .filter(free -> free.shape().count() == order.get().shape().count() - 1)
            .filter(free -> isCount(free, order.get()))
            .isPresent();
  }

  private static boolean isShapeOf(Endpoint x, Endpoint shape, Nodes nodes) {
    return nodes.maker(shape, Set.of("Shape")).filter(s -> s.input(0).equals(x)).isPresent();
  }

  /** 0, 1, and on. */
  private static boolean isCount(TensorValue axes, TensorValue like) {
    long[] count = LongStream.range(0, axes.shape().count()).toArray();
    return axes.dtype() == like.dtype() && Arrays.equals(axes.longs(), count);
  }

  private static Node product(String name, Endpoint x, Node matMul) {
    return new Node(
        name,
        "BatchMatMulV2",
        List.of(x, matMul.input(1)),
        List.of(),
        Map.of("adj_x", new Attr.Bool(false), "adj_y", new Attr.Bool(false)));
  }
}
