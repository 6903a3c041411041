package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** BatchNorm by its statistics; other normalizations by a scale and a shift of one rank. */
final class Normalization implements Convention {
  private static final Set<String> SCALE = Set.of("gamma", "scale");
  private static final Set<String> SHIFT = Set.of("beta", "offset");
  private static final Set<String> MEAN = Set.of("moving_mean", "running_mean");
  private static final Set<String> VARIANCE =
      Set.of("moving_variance", "running_variance", "running_var");

  @Override
  public List<Layer> read(Leaves leaves) {
    Optional<String> scale = leaves.find(SCALE);
    Optional<String> shift = leaves.find(SHIFT);
    Optional<String> mean = leaves.find(MEAN);
    Optional<String> variance = leaves.find(VARIANCE);
    if (mean.isPresent() && variance.isPresent() && leaves.rank(mean.get()) == 1) {
      return List.of(batchNorm(leaves, scale, shift, mean.get(), variance.get()));
    }
    if (scale.isEmpty() || leaves.rank(scale.get()) == 0) {
      return List.of();
    }
    List<Slot> slots = new ArrayList<>();
    slots.add(Slot.parameter("weight", leaves.take(scale.get())));
    Optional<String> bias = shift.isPresent() ? shift : leaves.find(Set.of("bias"));
    bias.ifPresent(b -> slots.add(Slot.parameter("bias", leaves.take(b))));
    return List.of(new Layer(leaves.scope(), "norm", List.of(new Reading("normalization", slots))));
  }

  /** PyTorch has both scale and shift or none; the one that Keras left out is 1 or 0. */
  private static Layer batchNorm(
      Leaves leaves, Optional<String> scale, Optional<String> shift, String mean, String variance) {
    TensorExpr runningMean = leaves.take(mean);
    List<Slot> slots = new ArrayList<>();
    if (scale.isPresent() || shift.isPresent()) {
      slots.add(Slot.parameter("weight", orFill(leaves, scale, runningMean, 1)));
      slots.add(Slot.parameter("bias", orFill(leaves, shift, runningMean, 0)));
    }
    slots.add(Slot.buffer("running_mean", runningMean));
    slots.add(Slot.buffer("running_var", leaves.take(variance)));
    slots.add(Slot.buffer("num_batches_tracked", new TensorExpr.Fill(DType.INT64, Shape.of(), 0)));
    return new Layer(leaves.scope(), "norm", List.of(new Reading("batch normalization", slots)));
  }

  private static TensorExpr orFill(
      Leaves leaves, Optional<String> leaf, TensorExpr like, double value) {
    return leaf.isPresent()
        ? leaves.take(leaf.get())
        : new TensorExpr.Fill(like.dtype(), like.shape(), value);
  }
}
