package io.github.tf2torch.verify.engine;

import com.google.protobuf.ByteString;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** The arithmetic of a node that makes images (N, H, W, C) of another size. */
abstract class ImageArithmetic extends Float64Arithmetic {
  static final DataType INT = DataType.DT_INT32;

  ImageArithmetic(NodeScope scope, NodeDef node, OpDef definition) {
    super(scope, node, definition);
  }

  /** An input of the node in float64, which images of any type are given in. */
  final String widened(int input) {
    DataType type = type(input);
    return type == DataType.DT_FLOAT || type == DOUBLE
        ? node.getInput(input)
        : cast("widened_" + input, node.getInput(input), type, DOUBLE);
  }

  /** The type of an input as the node has it in float32. */
  final DataType type(int input) {
    OpDef.ArgDef argument = definition.getInputArg(input);
    return argument.getTypeAttr().isEmpty()
        ? argument.getType()
        : attr(argument.getTypeAttr()).getType();
  }

  /** The extent of an axis, a scalar of int32. */
  final String extent(String name, int input, int axis) {
    DataType type = type(input) == DataType.DT_FLOAT ? DOUBLE : type(input);
    String shape = scope.shape(prefix + name + "_shape", node.getInput(input), type);
    return element(name, shape, INT, axis);
  }

  /** An element of a vector. */
  final String element(String name, String vector, DataType type, int index) {
    return scope.element(prefix + name, vector, type, index);
  }

  final String gather(String name, String from, DataType type, String places, int axis) {
    return scope.gather(prefix + name, from, type, places, axis);
  }

  /** Zero up to a number, in int32. */
  final String range(String name, String limit) {
    scope.add(
        NodeScope.node(
                prefix + name,
                "Range",
                scope.integer(prefix + name + "_start", 0),
                limit,
                scope.integer(prefix + name + "_delta", 1))
            .putAttr("Tidx", NodeScope.type(INT))
            .build());
    return scope.reference(prefix + name, "output");
  }

  final String reshaped(String name, String value, int... shape) {
    scope.add(
        NodeScope.node(
                prefix + name, "Reshape", value, scope.vector(prefix + name + "_shape", shape))
            .putAttr("T", NodeScope.type(DOUBLE))
            .putAttr("Tshape", NodeScope.type(INT))
            .build());
    return scope.reference(prefix + name, "output");
  }

  private static NodeDef.Builder einsum(String name, String equation, String a, String b) {
    return NodeScope.node(name, "Einsum", a, b)
        .putAttr("N", AttrValue.newBuilder().setI(2).build())
        .putAttr("T", NodeScope.type(DOUBLE))
        .putAttr(
            "equation", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(equation)).build());
  }

  /**
   * Images times a matrix for their rows and one for their columns; the last node has the name of
   * the one whose place it takes.
   *
   * @param rows (rows of the result, rows of the images)
   * @param isBackward for the transposed ones
   */
  final void sampled(String images, String rows, String columns, boolean isBackward) {
    String first = prefix + "rows_sampled";
    scope.add(einsum(first, isBackward ? "nabc,ah->nhbc" : "nhwc,ah->nawc", images, rows).build());
    NodeDef.Builder last =
        einsum(
            node.getName(),
            isBackward ? "nhbc,bw->nhwc" : "nawc,bw->nabc",
            scope.reference(first, "output"),
            columns);
    NodeScope.takeControls(last, node);
    scope.add(last.build());
    move(0, scope.reference(node.getName(), "output"));
  }
}
