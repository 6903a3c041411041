package io.github.tf2torch.verify.engine;

import java.util.Arrays;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Arithmetic by channel in float64, in the place of a node that TensorFlow has in float32 alone.
 */
abstract class ChannelArithmetic {
  static final DataType DOUBLE = DataType.DT_DOUBLE;

  final NodeScope scope;
  final NodeDef node;
  final OpDef definition;
  final String prefix;

  ChannelArithmetic(NodeScope scope, NodeDef node, OpDef definition) {
    this.scope = scope;
    this.node = node;
    this.definition = definition;
    this.prefix = node.getName() + "/float64/";
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

  final String cast(String name, String input, DataType from, DataType to) {
    scope.add(NodeScope.cast(prefix + name, input, from, to));
    return scope.reference(prefix + name, "y");
  }

  final String unary(String op, String name, String input) {
    scope.add(
        NodeScope.node(prefix + name, op, input).putAttr("T", NodeScope.type(DOUBLE)).build());
    return scope.reference(prefix + name, "y");
  }

  final String binary(String op, String name, String a, String b) {
    scope.add(NodeScope.node(prefix + name, op, a, b).putAttr("T", NodeScope.type(DOUBLE)).build());
    return scope.reference(prefix + name, "z");
  }

  final void move(int output, String to) {
    String argument = definition.getOutputArg(output).getName();
    scope.move(scope.reference(node.getName(), argument, 0, output), to);
  }

  final boolean hasAttr(String name) {
    return definition.getAttrList().stream().anyMatch(a -> a.getName().equals(name));
  }

  final AttrValue attr(String name) {
    if (node.containsAttr(name)) {
      return node.getAttrOrThrow(name);
    }
    return definition.getAttrList().stream()
        .filter(a -> a.getName().equals(name))
        .map(OpDef.AttrDef::getDefaultValue)
        .findFirst()
        .orElseThrow(() -> new EngineFailure("node \"" + node.getName() + "\" has no " + name));
  }
}
