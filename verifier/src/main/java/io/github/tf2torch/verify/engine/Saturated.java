package io.github.tf2torch.verify.engine;

import java.util.List;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A graph whose sigmoids, tanhs and softmaxes give values that lie elsewhere between two floating
 * point numbers. Near its limit such a function hardly moves with its input, so that neighbouring
 * inputs are all rounded alike; its slope, y(1 - y) or 1 - y², is as uncertain as its rounding is.
 * The input is moved by as much as moves the output by a part of a unit.
 */
public final class Saturated {
  private static final Set<String> FUNCTIONS = Set.of("Sigmoid", "Tanh", "Softmax");
  private static final AttrValue FLOAT = NodeScope.type(DataType.DT_FLOAT);

  private Saturated() {}

  /** Whether the graph has any such function. */
  public static boolean isIn(GraphDef graph) {
    return graph.getNodeList().stream().anyMatch(Saturated::isMoved);
  }

  private static boolean isMoved(NodeDef node) {
    return FUNCTIONS.contains(node.getOp()) && node.getAttrOrThrow("T").equals(FLOAT);
  }

  /**
   * The same graph, outside of its functions, its nodes under their names.
   *
   * @param units by which the outputs are moved
   * @param precision whose units they are, in the last place of a number just below one
   */
  public static GraphDef moved(GraphDef graph, double units, Precision precision) {
    float unit = precision == Precision.FLOAT64 ? 0x1p-53f : 0x1p-24f;
    GraphDef.Builder out = graph.toBuilder().clearNode();
    for (NodeDef node : graph.getNodeList()) {
      out.addAllNode(isMoved(node) ? moved(node, (float) units, unit) : List.of(node));
    }
    return out.build();
  }

  /** A tanh as f(x + step / (1 - f(x)²)), the others as f(x + step / (1 - f(x))). */
  private static List<NodeDef> moved(NodeDef node, float units, float unit) {
    String name = node.getName() + "/tf2torch_moved";
    String input = node.getInput(0);
    boolean isTanh = node.getOp().equals("Tanh");
    NodeDef value = node.toBuilder().setName(name + "/value").build();
    NodeDef square = of(name + "/square", "Square", value.getName());
    return List.of(
        value,
        square,
        constant(name + "/one", 1),
        constant(name + "/step", units * unit),
        of(name + "/rest", "Sub", name + "/one", (isTanh ? square : value).getName()),
        // a function at its very limit has no slope left to be uncertain of
        of(name + "/some", "Maximum", name + "/rest", name + "/least"),
        constant(name + "/least", unit),
        of(name + "/quotient", "RealDiv", name + "/step", name + "/some"),
        of(name + "/by", "StopGradient", name + "/quotient"),
        of(name + "/input", "AddV2", input, name + "/by"),
        node.toBuilder().setInput(0, name + "/input").build());
  }

  private static NodeDef of(String name, String op, String... inputs) {
    return NodeScope.node(name, op, inputs).putAttr("T", FLOAT).build();
  }

  private static NodeDef constant(String name, float value) {
    return NodeScope.constantNode(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShapeProto.getDefaultInstance())
            .addFloatVal(value)
            .build());
  }
}
