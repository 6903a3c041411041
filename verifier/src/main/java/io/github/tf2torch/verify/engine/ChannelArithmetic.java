package io.github.tf2torch.verify.engine;

import java.util.Arrays;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** The arithmetic of a node that has statistics by channel. */
abstract class ChannelArithmetic extends Float64Arithmetic {
  ChannelArithmetic(NodeScope scope, NodeDef node, OpDef definition) {
    super(scope, node, definition);
  }

  final String mean(String name, String input, String axes) {
    scope.add(
        NodeScope.node(prefix + name, "Mean", input, axes)
            .putAttr("T", NodeScope.type(DOUBLE))
            .putAttr("Tidx", NodeScope.type(DataType.DT_INT32))
            .putAttr("keep_dims", AttrValue.newBuilder().setB(false).build())
            .build());
    return scope.reference(prefix + name, "output");
  }

  final int[] reducedAxes() {
    return switch (attr("data_format").getS().toStringUtf8()) {
      case "NHWC" -> new int[] {0, 1, 2};
      case "NDHWC" -> new int[] {0, 1, 2, 3};
      case "NCHW" -> new int[] {0, 2, 3};
      case "NCDHW" -> new int[] {0, 2, 3, 4};
      default ->
          throw new EngineFailure(
              "node \"" + node.getName() + "\" has the data format " + attr("data_format").getS());
    };
  }

  /** A value per channel in a shape that broadcasts over the input. */
  final String byChannel(String of, String value) {
    int[] axes = reducedAxes();
    if (axes[1] == 1) {
      return value;
    }
    int[] shape = new int[axes.length];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    String name = prefix + of + "_by_channel";
    scope.add(
        NodeScope.node(name, "Reshape", value, scope.vector(name + "_shape", shape))
            .putAttr("T", NodeScope.type(DOUBLE))
            .putAttr("Tshape", NodeScope.type(DataType.DT_INT32))
            .build());
    return scope.reference(name, "output");
  }
}
