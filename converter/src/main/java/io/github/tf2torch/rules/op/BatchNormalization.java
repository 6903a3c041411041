package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.BatchNorm1d;
import io.github.tf2torch.model.target.nn.BatchNorm2d;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The node that fusion makes of any batch normalization: {@code nn.BatchNorm1d} or {@code 2d}. */
public final class BatchNormalization implements OpRule {
  /** Keras's default, where a graph for inference doesn't hold the one that it was trained with. */
  private static final float KERAS_MOMENTUM = 0.99f;

  @Override
  public Set<String> ops() {
    return Set.of("BatchNorm");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return isChannelsSecond(node) ? InputOrder.TENSORFLOW : InputOrder.CHANNELS_FIRST;
  }

  @Override
  public void translate(Node node, OpContext context) {
    int rank = context.dims(0).rank();
    if (rank != 2 && rank != 3 && rank != 4) {
      throw context.unsupported("batch normalization of rank " + rank);
    }
    Held x = input(node, rank, context);
    boolean scale = node.boolAttr("scale");
    boolean center = node.boolAttr("center");
    TensorExpr mean = vector(1, x, context);
    Shape shape = mean.shape();
    TensorExpr gamma = scale ? vector(3, x, context) : new TensorExpr.Fill(mean.dtype(), shape, 1);
    TensorExpr beta =
        center ? vector(scale ? 4 : 3, x, context) : new TensorExpr.Fill(mean.dtype(), shape, 0);
    float momentum = momentum(node, mean, context);
    float eps = node.floatAttr("epsilon");
    TorchModule module =
        rank == 4
            ? new BatchNorm2d(shape.count(), eps, momentum, mean.dtype())
            : new BatchNorm1d(shape.count(), eps, momentum, mean.dtype());
    Map<String, TensorExpr> tensors =
        Map.of(
            "weight", gamma,
            "bias", beta,
            "running_mean", mean,
            "running_var", vector(2, x, context),
            "num_batches_tracked", new TensorExpr.Fill(DType.INT64, Shape.of(), 0));
    context.output(0, context.call(new ModuleCall(module, tensors, "bn"), x, x.type()));
  }

  /** The input with its channels second; a flattened one stays, the vectors follow it. */
  private static Held input(Node node, int rank, OpContext context) {
    if (rank == 2) {
      Held x = context.held(0);
      return x.type().layout().flattened().isPresent() ? x : context.held(0, AxisOrder.identity(2));
    }
    return context.held(
        0, isChannelsSecond(node) ? AxisOrder.identity(rank) : AxisOrder.channelsFirst(rank));
  }

  private static boolean isChannelsSecond(Node node) {
    return node.hasAttr("data_format") && node.textAttr("data_format").startsWith("NC");
  }

  private static TensorExpr vector(int index, Held x, OpContext context) {
    TensorExpr stored =
        context
            .weight(index)
            .orElseThrow(
                () -> context.unsupported("input " + index + " is neither variable nor constant"));
    TensorExpr flat = Refolding.reshape(stored, List.of(stored.shape().count()));
    return x.type().layout().flattened().map(f -> Refolding.lastAxis(flat, f)).orElse(flat);
  }

  /** PyTorch's momentum is the weight of the new batch, TensorFlow's that of the old average. */
  private static float momentum(Node node, TensorExpr mean, OpContext context) {
    Optional<Float> said =
        node.hasAttr("momentum") ? Optional.of(node.floatAttr("momentum")) : Optional.empty();
    if (said.isEmpty()) {
      context.assume(
          "batch normalization of "
              + mean.describe()
              + ": momentum "
              + KERAS_MOMENTUM
              + ", Keras's default; the graph has none");
    }
    // in decimals: 1 - 0.99f is not the float that is written 0.01
    return BigDecimal.ONE
        .subtract(new BigDecimal(Float.toString(said.orElse(KERAS_MOMENTUM))))
        .floatValue();
  }
}
