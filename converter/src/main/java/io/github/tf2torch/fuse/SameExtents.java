package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.Shape;
import java.util.Optional;
import java.util.Set;

/**
 * Finds which of some tensors has the extents of another that was computed from it, element by
 * element or by a square matrix.
 *
 * @param known those that may be found
 */
record SameExtents(Nodes nodes, Set<Endpoint> known) {
  private static final Set<String> EACH =
      Set.of("Identity", "Sigmoid", "Tanh", "Relu", "Relu6", "Elu", "Selu", "Softplus", "Softsign");
  private static final Set<String> BOTH = Set.of("Add", "AddV2", "Sub", "Mul", "BiasAdd");

  Optional<Endpoint> of(Endpoint tensor) {
    Endpoint at = LoopReading.origin(tensor, nodes);
    if (known.contains(at)) {
      return Optional.of(at);
    }
    Optional<Node> maker = nodes.maker(at);
    if (maker.isEmpty() || at.index() != 0) {
      return Optional.empty();
    }
    Node node = maker.get();
    if (EACH.contains(node.op())) {
      return of(node.input(0));
    }
    if (BOTH.contains(node.op())) {
      Optional<Endpoint> first = of(node.input(0));
      return first.isPresent() ? first : of(node.input(1));
    }
    if (node.op().equals("MatMul")
        && nodes.weightShape(node.input(1)).filter(SameExtents::isSquare).isPresent()) {
      return of(node.input(0));
    }
    return Optional.empty();
  }

  private static boolean isSquare(Shape shape) {
    return shape.rank() == 2 && shape.dim(0) == shape.dim(1);
  }
}
