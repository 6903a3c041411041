package io.github.tf2torch.verify.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The nodes of a graph or of a function's body while they are rewritten. The two name an output in
 * two ways: {@code node:1} in a graph, {@code node:batch_mean:0} in a body.
 */
final class NodeScope {
  private final boolean isFunction;
  private final List<NodeDef> nodes = new ArrayList<>();
  private final List<NodeDef> settled = new ArrayList<>();
  private final Map<String, String> moved = new HashMap<>();

  NodeScope(boolean isFunction) {
    this.isFunction = isFunction;
  }

  /**
   * How an input names an output.
   *
   * @param argument the output's name in the operation's definition
   * @param index within the argument, which may be a list
   * @param flatIndex among all outputs of the node
   */
  String reference(String node, String argument, int index, int flatIndex) {
    if (isFunction) {
      return node + ":" + argument + ":" + index;
    }
    return flatIndex == 0 ? node : node + ":" + flatIndex;
  }

  /** How an input names the first output. */
  String reference(String node, String argument) {
    return reference(node, argument, 0, 0);
  }

  void add(NodeDef node) {
    nodes.add(node);
  }

  /** Adds a node whose inputs stay as they are, whatever has been moved. */
  void addSettled(NodeDef node) {
    settled.add(node);
  }

  /** Every input that names {@code from} will name {@code to}. */
  void move(String from, String to) {
    if (!from.equals(to)) {
      moved.put(from, to);
    }
  }

  /** What an input or a result is named after the moves. */
  String resolve(String reference) {
    String name = reference;
    while (moved.containsKey(canonical(name))) {
      name = moved.get(canonical(name));
    }
    return name;
  }

  private String canonical(String reference) {
    return !isFunction && reference.endsWith(":0")
        ? reference.substring(0, reference.length() - 2)
        : reference;
  }

  /** The rewritten nodes. */
  List<NodeDef> nodes() {
    List<NodeDef> out = new ArrayList<>();
    for (NodeDef node : nodes) {
      NodeDef.Builder builder = node.toBuilder().clearInput();
      node.getInputList().forEach(input -> builder.addInput(resolve(input)));
      out.add(builder.build());
    }
    out.addAll(settled);
    return out;
  }

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  static NodeDef.Builder node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs));
  }

  static NodeDef cast(String name, String input, DataType from, DataType to) {
    return node(name, "Cast", input).putAttr("SrcT", type(from)).putAttr("DstT", type(to)).build();
  }

  static NodeDef constantNode(String name, TensorProto tensor) {
    return node(name, "Const")
        .putAttr("dtype", type(tensor.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  /** Adds a float64 scalar; answers how to name it. */
  String scalar(String name, double value) {
    return scalar(name, TensorProto.newBuilder().setDtype(DataType.DT_DOUBLE).addDoubleVal(value));
  }

  /** Adds a float32 scalar; answers how to name it. */
  String float32(String name, float value) {
    return scalar(name, TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).addFloatVal(value));
  }

  /** Adds a scalar of int32; answers how to name it. */
  String integer(String name, int value) {
    return scalar(name, TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(value));
  }

  /** Adds a vector of int32; answers how to name it. */
  String vector(String name, int... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_INT32);
    tensor.getTensorShapeBuilder().addDimBuilder().setSize(values.length);
    for (int value : values) {
      tensor.addIntVal(value);
    }
    return constant(name, tensor.build());
  }

  /** Adds the shape of a tensor, in int32; answers how to name it. */
  String shape(String name, String tensor, DataType type) {
    add(
        node(name, "Shape", tensor)
            .putAttr("T", type(type))
            .putAttr("out_type", type(DataType.DT_INT32))
            .build());
    return reference(name, "output");
  }

  /** Adds what lies at these places of an axis; answers how to name it. */
  String gather(String name, String from, DataType type, String places, int axis) {
    add(
        node(name, "GatherV2", from, places, integer(name + "_axis", axis))
            .putAttr("Tparams", type(type))
            .putAttr("Tindices", type(DataType.DT_INT32))
            .putAttr("Taxis", type(DataType.DT_INT32))
            .putAttr("batch_dims", AttrValue.newBuilder().setI(0).build())
            .build());
    return reference(name, "output");
  }

  /** Adds an element of a vector; answers how to name it. */
  String element(String name, String vector, DataType type, int index) {
    return gather(name, vector, type, integer(name + "_index", index), 0);
  }

  /** Adds a vector of scalars; answers how to name it. */
  String packed(String name, DataType type, String... scalars) {
    add(
        node(name, "Pack", scalars)
            .putAttr("T", type(type))
            .putAttr("N", AttrValue.newBuilder().setI(scalars.length).build())
            .putAttr("axis", AttrValue.newBuilder().setI(0).build())
            .build());
    return reference(name, "output");
  }

  /** What has to have run before the one, before the other as well. */
  static void takeControls(NodeDef.Builder to, NodeDef from) {
    from.getInputList().stream().filter(i -> i.startsWith("^")).forEach(to::addInput);
  }

  private String scalar(String name, TensorProto.Builder value) {
    return constant(name, value.setTensorShape(TensorShapeProto.getDefaultInstance()).build());
  }

  private String constant(String name, TensorProto tensor) {
    add(constantNode(name, tensor));
    return reference(name, "output");
  }
}
