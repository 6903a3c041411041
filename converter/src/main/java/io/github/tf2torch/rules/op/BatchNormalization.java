package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.BatchNorm;
import io.github.tf2torch.model.target.nn.BatchNorm1d;
import io.github.tf2torch.model.target.nn.BatchNorm2d;
import io.github.tf2torch.model.target.nn.BatchNorm3d;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.model.target.nn.FrozenBatchNorm;
import io.github.tf2torch.model.target.nn.SteppedBatchNorm;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The node that fusion makes of any batch normalization: {@code nn.BatchNorm1d}, {@code 2d}, {@code
 * 3d}.
 */
public final class BatchNormalization implements OpRule {
  /** Keras's default, where a graph for inference doesn't hold the one that it was trained with. */
  private static final float KERAS_MOMENTUM = 0.99f;

  @Override
  public Set<String> ops() {
    return Set.of(Node.FUSED + "BatchNorm");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return node.intAttr("axis") == -1 ? InputOrder.CHANNELS_FIRST : InputOrder.TENSORFLOW;
  }

  @Override
  public void translate(Node node, OpContext context) {
    int rank = context.dims(0).rank();
    if (rank < 2 || rank > 5) {
      throw context.unsupported("batch normalization of rank " + rank);
    }
    if (rank < node.intAttr("rank")) {
      throw context.unsupported(
          "batch normalization of rank " + rank + " by vectors of rank " + node.intAttr("rank"));
    }
    boolean scale = node.boolAttr("scale");
    boolean center = node.boolAttr("center");
    long channels = context.dims(1).extents().stream().reduce(1L, Math::multiplyExact);
    Held x = input(channelAxis(node, channels, context), context);
    TensorExpr mean = vector(1, x, context);
    Shape shape = mean.shape();
    TensorExpr gamma = scale ? vector(3, x, context) : new TensorExpr.Fill(mean.dtype(), shape, 1);
    TensorExpr beta =
        center ? vector(scale ? 4 : 3, x, context) : new TensorExpr.Fill(mean.dtype(), shape, 0);
    float momentum = momentum(node, mean, context);
    BatchNorm torch = module(rank, channels, node.floatAttr("epsilon"), momentum, mean.dtype());
    boolean isBiased = node.hasAttr("sample") && !node.boolAttr("sample");
    boolean isFrozen = node.hasAttr("frozen") && node.boolAttr("frozen");
    long steps = node.hasAttr("steps") ? node.intAttr("steps") : 1;
    TorchModule module =
        isFrozen
            ? new FrozenBatchNorm(torch)
            : isBiased && steps > 1
                ? new SteppedBatchNorm(torch, steps)
                : isBiased ? new BiasedBatchNorm(torch) : torch;
    Map<String, TensorExpr> tensors =
        Map.of(
            "weight", gamma,
            "bias", beta,
            "running_mean", mean,
            "running_var", vector(2, x, context),
            "num_batches_tracked", new TensorExpr.Fill(DType.INT64, Shape.of(), 0));
    context.output(0, context.call(new ModuleCall(module, tensors, "bn"), x, x.type()));
  }

  private static BatchNorm module(int rank, long channels, float eps, float momentum, DType dtype) {
    return switch (rank) {
      case 4 -> new BatchNorm2d(channels, eps, momentum, dtype);
      case 5 -> new BatchNorm3d(channels, eps, momentum, dtype);
      default -> new BatchNorm1d(channels, eps, momentum, dtype);
    };
  }

  /** TensorFlow's axis that the vectors lie along; one element lies along any axis of one. */
  private static int channelAxis(Node node, long channels, OpContext context) {
    Dims dims = context.dims(0);
    int axis = dims.rank() + Math.toIntExact(node.intAttr("axis"));
    if (channels == 1 && dims.extent(axis) != 1 && dims.extents().subList(1, axis).contains(1L)) {
      return 1 + dims.extents().subList(1, axis).indexOf(1L);
    }
    if (dims.isKnown(axis) && dims.extent(axis) != channels) {
      throw context.unsupported(
          "batch normalization of shape " + dims.extents() + " by " + channels + " statistics");
    }
    return axis;
  }

  /** The input with its channels second; a flattened one stays, the vectors follow it. */
  private static Held input(int channelAxis, OpContext context) {
    Held x = context.held(0);
    boolean isFlattened = x.type().layout().flattened().isPresent();
    if (x.type().order().dimensionOf(channelAxis) == 1 && (!isFlattened || x.type().rank() == 2)) {
      return x;
    }
    List<Integer> axes = new ArrayList<>(AxisOrder.identity(x.type().rank()).axes());
    axes.remove(Integer.valueOf(channelAxis));
    axes.add(1, channelAxis);
    return context.held(0, new AxisOrder(axes));
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
    if (node.hasAttr("update")) {
      return node.floatAttr("update");
    }
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
