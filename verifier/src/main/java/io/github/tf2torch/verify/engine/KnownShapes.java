package io.github.tf2torch.verify.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/**
 * Gradients of what is taken element by element, of inputs of known shapes: which axes have been
 * broadcast, and so are summed, is known beforehand. Follows {@code
 * tensorflow/python/ops/math_grad.py}, {@code _AddGrad} and its like, and {@code _SelectGradV2};
 * TensorFlow's C++ gradients find the axes in each run, by seven operations for a sum, most of what
 * there is in the gradient of an unrolled loop.
 */
final class KnownShapes {
  private static final Set<String> OPS = Set.of("Add", "AddV2", "Sub", "Mul", "SelectV2");

  private final Graph graph;
  private final String prefix;
  private int made;

  KnownShapes(Graph graph, String prefix) {
    this.graph = graph;
    this.prefix = prefix;
  }

  static boolean covers(NodeDef node, List<Output<?>> xs) {
    return OPS.contains(node.getOp()) && xs.stream().noneMatch(x -> isUnknown(x.shape()));
  }

  private static boolean isUnknown(Shape shape) {
    return shape.isUnknown() || shape.hasUnknownDimension();
  }

  /**
   * The gradient of one input.
   *
   * @param y what the node gives
   * @param dy its gradient
   */
  Output<?> of(NodeDef node, List<Output<?>> xs, Output<?> y, Output<?> dy, int input) {
    Output<?> whole =
        switch (node.getOp()) {
          case "Mul" -> input == 0 ? op("Mul", dy, xs.get(1)) : op("Mul", xs.get(0), dy);
          case "Sub" -> input == 0 ? dy : op("Neg", dy);
          case "SelectV2" ->
              input == 1
                  ? op("SelectV2", xs.get(0), dy, zero(dy))
                  : op("SelectV2", xs.get(0), zero(dy), dy);
          default -> dy;
        };
    return summed(whole, y.shape(), xs.get(input).shape());
  }

  /** Over the axes that an input of shape {@code to} lacks, or has one element of. */
  private Output<?> summed(Output<?> dx, Shape from, Shape to) {
    int lacking = from.numDimensions() - to.numDimensions();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < from.numDimensions(); axis++) {
      if (axis < lacking || to.get(axis - lacking) != from.get(axis)) {
        axes.add(axis);
      }
    }
    if (axes.isEmpty()) {
      return dx;
    }
    Output<?> sum = op("Sum", dx, ints(axes.stream().mapToLong(axis -> axis)));
    return axes.size() == lacking ? sum : op("Reshape", sum, ints(Arrays.stream(to.asArray())));
  }

  private Output<?> op(String type, Output<?>... inputs) {
    GraphOperationBuilder builder = builder(type);
    for (Output<?> input : inputs) {
      builder.addInput(input);
    }
    return builder.build().output(0);
  }

  private GraphOperationBuilder builder(String type) {
    return graph.opBuilder(type, prefix + "known/" + type + "_" + made++, graph.baseScope());
  }

  private Output<?> zero(Output<?> like) {
    DataType type = like.dataType();
    try (Tensor zero = type == DataType.DT_DOUBLE ? TFloat64.scalarOf(0) : TFloat32.scalarOf(0)) {
      return constant(type, zero);
    }
  }

  private Output<?> ints(LongStream values) {
    int[] narrow = values.mapToInt(Math::toIntExact).toArray();
    try (Tensor tensor = TInt32.tensorOf(StdArrays.ndCopyOf(narrow))) {
      return constant(DataType.DT_INT32, tensor);
    }
  }

  private Output<?> constant(DataType type, Tensor value) {
    return builder("Const").setAttr("dtype", type).setAttr("value", value).build().output(0);
  }
}
