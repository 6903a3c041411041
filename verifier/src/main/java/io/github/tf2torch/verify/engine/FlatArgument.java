package io.github.tf2torch.verify.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** One tensor of a node's inputs or outputs, lists laid out. */
record FlatArgument(String argument, int index, DataType type) {
  static List<FlatArgument> of(List<OpDef.ArgDef> arguments, NodeDef node) {
    List<FlatArgument> flat = new ArrayList<>();
    for (OpDef.ArgDef argument : arguments) {
      List<DataType> types = types(argument, node);
      for (int i = 0; i < types.size(); i++) {
        flat.add(new FlatArgument(argument.getName(), i, types.get(i)));
      }
    }
    return flat;
  }

  private static List<DataType> types(OpDef.ArgDef argument, NodeDef node) {
    if (!argument.getTypeListAttr().isEmpty()) {
      return node.getAttrOrThrow(argument.getTypeListAttr()).getList().getTypeList();
    }
    DataType type =
        argument.getTypeAttr().isEmpty()
            ? argument.getType()
            : node.getAttrOrDefault(argument.getTypeAttr(), AttrValue.getDefaultInstance())
                .getType();
    long count =
        argument.getNumberAttr().isEmpty()
            ? 1
            : node.getAttrOrThrow(argument.getNumberAttr()).getI();
    return Collections.nCopies(Math.toIntExact(count), type);
  }
}
