package io.github.tf2torch.verify.engine;

import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The gradient of a fused batch normalization as arithmetic in float64. Follows {@code
 * tensorflow/core/kernels/fused_batch_norm_op.cc}, {@code FusedBatchNormGrad} and {@code
 * FusedBatchNormFreezeGrad}; the mean and the biased variance come from the forward node.
 */
final class BatchNormGradExpansion extends ChannelArithmetic {
  private static final Set<String> OPS =
      Set.of("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3");

  private BatchNormGradExpansion(NodeScope scope, NodeDef node, OpDef definition) {
    super(scope, node, definition);
  }

  /** Whether it is one, of float32. */
  static boolean takes(NodeDef node) {
    return OPS.contains(node.getOp()) && node.getAttrOrThrow("T").getType() == DataType.DT_FLOAT;
  }

  static void expand(NodeScope scope, NodeDef node, OpDef definition) {
    new BatchNormGradExpansion(scope, node, definition).expand();
  }

  private void expand() {
    String dy = node.getInput(0);
    String axes = scope.vector(prefix + "axes", reducedAxes());
    String epsilon = scope.scalar(prefix + "epsilon", attr("epsilon").getF());
    String deviation =
        unary("Rsqrt", "rsqrt", binary("AddV2", "stable", node.getInput(4), epsilon));
    String centred =
        binary("Sub", "centred", node.getInput(1), byChannel("mean", node.getInput(3)));
    String normal = binary("Mul", "normal", centred, byChannel("rsqrt", deviation));
    String product = binary("Mul", "product", dy, normal);
    String scale = byChannel("scale", binary("Mul", "scaled_rsqrt", deviation, node.getInput(2)));
    String rest = dy;
    if (attr("is_training").getB()) {
      String level = binary("Sub", "level", dy, byChannel("mean_dy", mean("mean_dy", dy, axes)));
      String slope =
          binary(
              "Mul",
              "slope",
              normal,
              byChannel("mean_product", mean("mean_product", product, axes)));
      rest = binary("Sub", "rest", level, slope);
    }
    NodeDef.Builder last =
        NodeScope.node(node.getName(), "Mul", rest, scale).putAttr("T", NodeScope.type(DOUBLE));
    NodeScope.takeControls(last, node);
    scope.add(last.build());
    move(0, scope.reference(node.getName(), "z"));
    move(1, sum("sum_product", product, axes));
    move(2, sum("sum_dy", dy, axes));
    move(3, epsilon); // what stands for a gradient of the moving averages, of which there is none
    move(4, epsilon);
  }

  private String sum(String name, String input, String axes) {
    scope.add(
        NodeScope.node(prefix + name, "Sum", input, axes)
            .putAttr("T", NodeScope.type(DOUBLE))
            .putAttr("Tidx", NodeScope.type(DataType.DT_INT32))
            .build());
    return scope.reference(prefix + name, "output");
  }
}
