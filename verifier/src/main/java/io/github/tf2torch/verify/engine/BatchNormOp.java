package io.github.tf2torch.verify.engine;

import com.google.protobuf.ByteString;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A batch normalization of a graph, and how it is made to normalize by the batch where the graph
 * has lost its training form.
 *
 * @param result where it ends
 * @param node the fused operation, if it is one
 * @param isByBatch whether it normalizes by the batch as it stands
 */
public record BatchNormOp(Endpoint result, Optional<String> node, boolean isByBatch) {
  private static final String PREFIX = "tf2torch/batch_norm/";

  /**
   * The one that ends at {@code result}.
   *
   * @param boundaries other layers' ends, at which it begins
   */
  public static BatchNormOp at(
      TensorFlowGraph graph, Endpoint result, Collection<Endpoint> boundaries) {
    Map<String, NodeDef> nodes = TrainingMode.byName(graph.graph());
    List<NodeDef> own =
        TrainingMode.behind(nodes, result, boundaries).keySet().stream()
            .filter(nodes::containsKey)
            .map(nodes::get)
            .toList();
    Optional<NodeDef> fused =
        own.stream().filter(n -> BatchNormExpansion.OPS.contains(n.getOp())).findFirst();
    return new BatchNormOp(
        result,
        fused.map(NodeDef::getName),
        fused
            .map(n -> !n.containsAttr("is_training") || n.getAttrOrThrow("is_training").getB())
            .orElse(own.stream().anyMatch(n -> n.getOp().equals("Mean"))));
  }

  /** The mean that the fused operation takes of the batch. */
  public Endpoint batchMean() {
    return new Endpoint(node.orElseThrow(), 1);
  }

  /** The batch's variance: of the batch itself, or by Bessel's correction that of a sample. */
  public Endpoint batchVariance(boolean isBiased) {
    return new Endpoint(node.orElseThrow(), isBiased ? 4 : 2);
  }

  /**
   * What the operation is where the graph writes it as arithmetic.
   *
   * @param x what it normalizes, or what a transpose makes that of
   * @param turned the axes of {@code x}, in the order of the result's
   * @param channels the axis of the channels in the result
   */
  public record Parameters(
      Endpoint x,
      List<Integer> turned,
      int channels,
      TensorValue gamma,
      TensorValue beta,
      float epsilon) {
    public Parameters {
      turned = List.copyOf(turned);
    }
  }

  /** The graph with this one normalizing by the batch, and what it is there. */
  public Switched switched(TensorFlowGraph graph, Parameters parameters) {
    return node.isPresent()
        ? new Switched(flipped(graph), new BatchNormOp(result, node, true))
        : inserted(graph, parameters);
  }

  /** A graph, and the operation in it. */
  public record Switched(TensorFlowGraph graph, BatchNormOp op) {}

  private TensorFlowGraph flipped(TensorFlowGraph graph) {
    GraphDef.Builder out = graph.graph().toBuilder();
    for (int i = 0; i < out.getNodeCount(); i++) {
      if (out.getNode(i).getName().equals(node.orElseThrow())) {
        NodeDef.Builder fused = out.getNode(i).toBuilder().putAttr("is_training", bool(true));
        if (fused.getOp().equals("FusedBatchNormV3")) {
          fused.putAttr("exponential_avg_factor", AttrValue.newBuilder().setF(1).build());
        }
        out.setNode(i, fused);
      }
    }
    return new TensorFlowGraph(out.build(), graph.handles());
  }

  /** The last node's place is taken by a fused operation on a row for each element of a channel. */
  private Switched inserted(TensorFlowGraph graph, Parameters p) {
    String prefix = PREFIX + result.node() + "/";
    NodeScope scope = new NodeScope(false);
    for (NodeDef n : graph.graph().getNodeList()) {
      scope.add(
          n.getName().equals(result.node())
              ? n.toBuilder().setName(prefix + "at_inference").build()
              : n);
    }
    int rank = p.turned().size();
    List<Integer> toLast = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      if (a != p.channels()) {
        toLast.add(a);
      }
    }
    toLast.add(p.channels());
    int[] back = new int[rank];
    for (int a = 0; a < rank; a++) {
      back[toLast.get(a)] = a;
    }
    String last =
        transposed(
            scope,
            prefix + "last",
            text(p.x()),
            toLast.stream().mapToInt(p.turned()::get).toArray());
    String shape = scope.shape(prefix + "shape", last, DataType.DT_FLOAT);
    int width = Math.toIntExact(p.gamma().shape().count());
    String rows =
        reshaped(scope, prefix + "rows", last, scope.vector(prefix + "to_rows", -1, 1, 1, width));
    String empty = constant(scope, prefix + "empty", new byte[0], 0);
    String fused = prefix + "fused";
    scope.add(
        NodeScope.node(
                fused,
                "FusedBatchNormV3",
                rows,
                constant(scope, prefix + "gamma", bytes(p.gamma()), width),
                constant(scope, prefix + "beta", bytes(p.beta()), width),
                empty,
                empty)
            .putAttr("T", NodeScope.type(DataType.DT_FLOAT))
            .putAttr("U", NodeScope.type(DataType.DT_FLOAT))
            .putAttr("epsilon", AttrValue.newBuilder().setF(p.epsilon()).build())
            .putAttr("exponential_avg_factor", AttrValue.newBuilder().setF(1).build())
            .putAttr("is_training", bool(true))
            .build());
    String again = reshaped(scope, prefix + "again", fused, shape);
    transposed(scope, result.node(), again, back);
    GraphDef.Builder out = graph.graph().toBuilder().clearNode();
    scope.nodes().forEach(out::addNode);
    return new Switched(
        new TensorFlowGraph(out.build(), graph.handles()),
        new BatchNormOp(result, Optional.of(fused), true));
  }

  private static String text(Endpoint endpoint) {
    return endpoint.index() == 0 ? endpoint.node() : endpoint.toString();
  }

  private static String transposed(NodeScope scope, String name, String input, int... order) {
    scope.add(
        NodeScope.node(name, "Transpose", input, scope.vector(name + "/order", order))
            .putAttr("T", NodeScope.type(DataType.DT_FLOAT))
            .putAttr("Tperm", NodeScope.type(DataType.DT_INT32))
            .build());
    return name;
  }

  private static String reshaped(NodeScope scope, String name, String input, String shape) {
    scope.add(
        NodeScope.node(name, "Reshape", input, shape)
            .putAttr("T", NodeScope.type(DataType.DT_FLOAT))
            .putAttr("Tshape", NodeScope.type(DataType.DT_INT32))
            .build());
    return name;
  }

  private static byte[] bytes(TensorValue value) {
    ByteBuffer from = value.bytes();
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }

  private static String constant(NodeScope scope, String name, byte[] floats, int count) {
    TensorProto value =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(
                TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(count)))
            .setTensorContent(ByteString.copyFrom(floats))
            .build();
    scope.add(
        NodeScope.node(name, "Const")
            .putAttr("dtype", NodeScope.type(DataType.DT_FLOAT))
            .putAttr("value", AttrValue.newBuilder().setTensor(value).build())
            .build());
    return name;
  }

  private static AttrValue bool(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }
}
