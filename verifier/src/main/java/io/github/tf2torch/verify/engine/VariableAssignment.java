package io.github.tf2torch.verify.engine;

import com.google.protobuf.ByteString;
import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The nodes by which each variable of a graph is given its value from outside. A file's own restore
 * operation is not used: it would read with TensorFlow's reader what is to be proven of ours, and
 * in files of {@code tf.saved_model.save} it fills other handles than the signature reads.
 */
final class VariableAssignment {
  private static final String PREFIX = "tf2torch/assign/";

  /** A placeholder to feed and the operation to run with it. */
  record Step(String handle, String variable, String placeholder, String target) {}

  private VariableAssignment() {}

  /**
   * The graph with a handle of its own for each variable: in a file, two unnamed variables share
   * one {@code shared_name}, and an inlined function's captured variables are placeholders.
   */
  static GraphDef withOwnHandles(TensorFlowGraph graph, Map<String, Variable> variables) {
    GraphDef.Builder out = graph.graph().toBuilder();
    for (int i = 0; i < out.getNodeCount(); i++) {
      NodeDef node = out.getNode(i);
      Variable variable = variables.get(graph.handles().getOrDefault(node.getName(), ""));
      if (variable != null && !isReference(node) && !isFrozen(node)) {
        out.setNode(i, handle(node, variable));
      }
    }
    return out.build();
  }

  /** A frozen graph's weight is there already. */
  private static boolean isFrozen(NodeDef node) {
    return node.getOp().equals("Const");
  }

  private static boolean isReference(NodeDef node) {
    return node.getOp().startsWith("Variable");
  }

  private static NodeDef handle(NodeDef node, Variable variable) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    variable.shape().dims().forEach(extent -> shape.addDimBuilder().setSize(extent));
    DataType dtype = DataType.forNumber(variable.dtype().tensorflowNumber());
    ByteString name = ByteString.copyFromUtf8("tf2torch/" + variable.name());
    return NodeDef.newBuilder()
        .setName(node.getName())
        .setOp("VarHandleOp")
        .putAttr("dtype", NodeScope.type(dtype))
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .putAttr("shared_name", AttrValue.newBuilder().setS(name).build())
        .build();
  }

  /**
   * Appends the assignments to {@code graph}, one for each variable that it has a handle of; a
   * handle whose variable is missing is left alone and fails when it is read.
   */
  static List<Step> append(
      GraphDef.Builder graph, Map<String, String> handles, Map<String, Variable> variables) {
    List<Step> steps = new ArrayList<>();
    Set<String> assigned = new HashSet<>();
    for (NodeDef node : List.copyOf(graph.getNodeList())) {
      String variable = handles.getOrDefault(node.getName(), "");
      if (!variables.containsKey(variable) || isFrozen(node)) {
        continue;
      }
      // handles of one resource variable share its value, variables of TF1's own kind do not
      if (assigned.add(variable) || isReference(node)) {
        steps.add(append(graph, node, variable));
      }
    }
    return List.copyOf(steps);
  }

  private static Step append(GraphDef.Builder graph, NodeDef node, String variable) {
    AttrValue type = node.getAttrOrThrow("dtype");
    boolean isReference = isReference(node);
    NodeDef placeholder =
        NodeScope.node(PREFIX + "value/" + node.getName(), "Placeholder")
            .putAttr("dtype", type)
            .build();
    NodeDef assign =
        NodeScope.node(
                PREFIX + node.getName(),
                isReference ? "Assign" : "AssignVariableOp",
                node.getName(),
                placeholder.getName())
            .putAttr(isReference ? "T" : "dtype", type)
            .build();
    graph.addNode(placeholder).addNode(assign);
    return new Step(node.getName(), variable, placeholder.getName(), assign.getName());
  }
}
