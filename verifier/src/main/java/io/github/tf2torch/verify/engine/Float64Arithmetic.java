package io.github.tf2torch.verify.engine;

import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Arithmetic in float64, in the place of a node that TensorFlow has in float32 alone. */
abstract class Float64Arithmetic {
  static final DataType DOUBLE = DataType.DT_DOUBLE;

  final NodeScope scope;
  final NodeDef node;
  final OpDef definition;
  final String prefix;

  Float64Arithmetic(NodeScope scope, NodeDef node, OpDef definition) {
    this.scope = scope;
    this.node = node;
    this.definition = definition;
    this.prefix = node.getName() + "/float64/";
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
