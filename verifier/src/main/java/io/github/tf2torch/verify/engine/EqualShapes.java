package io.github.tf2torch.verify.engine;

import java.util.List;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.NodeDef;

/**
 * Gradients of what is taken element by element, of inputs of one known shape: nothing has been
 * broadcast, so nothing is summed. Follows {@code tensorflow/python/ops/math_grad.py}, {@code
 * _AddGrad} and its like; TensorFlow's C++ gradients add seven operations that do nothing here,
 * most of what there is in the gradient of an unrolled loop.
 */
final class EqualShapes {
  private static final Set<String> OPS = Set.of("Add", "AddV2", "Sub", "Mul");

  private final Graph graph;
  private final String prefix;
  private int made;

  EqualShapes(Graph graph, String prefix) {
    this.graph = graph;
    this.prefix = prefix;
  }

  static boolean covers(NodeDef node, List<Output<?>> xs) {
    return OPS.contains(node.getOp())
        && !xs.get(0).shape().hasUnknownDimension()
        && xs.get(0).shape().equals(xs.get(1).shape());
  }

  /** The gradient of one of the two inputs. */
  Output<?> of(NodeDef node, List<Output<?>> xs, Output<?> dy, int input) {
    return switch (node.getOp()) {
      case "Mul" -> input == 0 ? op("Mul", dy, xs.get(1)) : op("Mul", xs.get(0), dy);
      case "Sub" -> input == 0 ? dy : op("Neg", dy);
      default -> dy;
    };
  }

  private Output<?> op(String type, Output<?>... inputs) {
    var builder = graph.opBuilder(type, prefix + "equal/" + type + "_" + made++, graph.baseScope());
    for (Output<?> input : inputs) {
      builder.addInput(input);
    }
    return builder.build().output(0);
  }
}
