package io.github.tf2torch.verify.engine;

import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * A fused batch normalization as arithmetic in float64, which the operation does not have. Follows
 * {@code tensorflow/core/kernels/fused_batch_norm_op.cc}: the output is normalized with the biased
 * variance, the batch variance that the node gives is Bessel's.
 */
final class BatchNormExpansion extends ChannelArithmetic {
  static final Set<String> OPS = Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");

  private BatchNormExpansion(NodeScope scope, NodeDef node, OpDef definition) {
    super(scope, node, definition);
  }

  /** Adds the arithmetic to {@code scope}; its last node keeps the name of {@code node}. */
  static void expand(NodeScope scope, NodeDef node, OpDef definition) {
    new BatchNormExpansion(scope, node, definition).expand();
  }

  private void expand() {
    DataType stored = attr("T").getType();
    boolean isHalf = stored != DataType.DT_FLOAT;
    String x = isHalf ? cast("x", node.getInput(0), stored, DOUBLE) : node.getInput(0);
    boolean isTraining = attr("is_training").getB();
    String axes = isTraining ? scope.vector(prefix + "axes", reducedAxes()) : "";
    String mean = isTraining ? mean("mean", x, axes) : node.getInput(3);
    String meanByChannel = byChannel("mean", mean);
    String variance =
        isTraining
            ? mean("variance", binary("SquaredDifference", "spread", x, meanByChannel), axes)
            : node.getInput(4);

    String epsilon = scope.scalar(prefix + "epsilon", attr("epsilon").getF());
    String deviation = unary("Rsqrt", "rsqrt", binary("AddV2", "stable", variance, epsilon));
    String scale = binary("Mul", "scale", deviation, node.getInput(1));
    String centred = binary("Sub", "centred", x, meanByChannel);
    String scaled = binary("Mul", "scaled", centred, byChannel("scale", scale));
    result(scaled, byChannel("offset", node.getInput(2)), stored);
    move(1, isTraining ? moving("batch_mean", node.getInput(3), mean) : mean);
    move(
        2, isTraining ? moving("batch_variance", node.getInput(4), bessel(variance, x)) : variance);
    move(3, mean);
    move(4, variance);
    if (definition.getOutputArgCount() > 5) {
      move(5, epsilon); // read by the gradient on a GPU only
    }
  }

  private void result(String scaled, String offset, DataType stored) {
    NodeDef.Builder last =
        NodeScope.node(node.getName(), "AddV2", scaled, offset)
            .putAttr("T", NodeScope.type(DOUBLE));
    if (stored != DataType.DT_FLOAT) {
      String sum = prefix + "sum";
      scope.add(last.setName(sum).build());
      last = NodeScope.cast(node.getName(), scope.reference(sum, "z"), DOUBLE, stored).toBuilder();
    }
    NodeScope.takeControls(last, node);
    scope.add(last.build());
    String argument = last.getOp().equals("Cast") ? "y" : "z";
    scope.move(scope.reference(node.getName(), "y"), scope.reference(node.getName(), argument));
  }

  /** {@code (1 - factor) · old + factor · new}, as {@code exponential_avg_factor} has it. */
  private String moving(String name, String old, String batch) {
    double factor = hasAttr("exponential_avg_factor") ? attr("exponential_avg_factor").getF() : 1;
    if (factor == 1) {
      return batch;
    }
    String kept =
        binary("Mul", name + "_kept", old, scope.scalar(prefix + name + "_decay", 1 - factor));
    String added =
        binary("Mul", name + "_added", batch, scope.scalar(prefix + name + "_factor", factor));
    return binary("AddV2", name, kept, added);
  }

  /** {@code variance · n / max(n - 1, 1)}, n the elements of a channel. */
  private String bessel(String variance, String x) {
    String count = binary("RealDiv", "count", size("elements", x), size("channels", variance));
    String one = scope.scalar(prefix + "one", 1);
    String less = binary("Maximum", "at_least_one", binary("Sub", "less_one", count, one), one);
    return binary("Mul", "unbiased", variance, binary("RealDiv", "correction", count, less));
  }

  private String size(String name, String input) {
    String size = prefix + name + "_int";
    scope.add(
        NodeScope.node(size, "Size", input)
            .putAttr("T", NodeScope.type(DOUBLE))
            .putAttr("out_type", NodeScope.type(DataType.DT_INT64))
            .build());
    return cast(name, scope.reference(size, "output"), DataType.DT_INT64, DOUBLE);
  }
}
