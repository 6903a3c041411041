package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Features;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A depthwise kernel that says so by its name, alone or with the pointwise one behind it. */
final class Separable implements Convention {
  private static final Set<String> DEPTHWISE = Set.of("depthwise_kernel", "depthwise_weights");
  private static final Set<String> POINTWISE = Set.of("pointwise_kernel", "pointwise_weights");

  @Override
  public List<Layer> read(Leaves leaves) {
    Optional<String> depthwise = leaves.find(DEPTHWISE).filter(d -> leaves.rank(d) > 2);
    Optional<String> pointwise = leaves.find(POINTWISE).filter(p -> leaves.rank(p) > 2);
    if (depthwise.isEmpty()) {
      return List.of();
    }
    List<Layer> layers = new ArrayList<>();
    TensorExpr kernel = leaves.take(depthwise.get());
    Optional<TensorExpr> bias = leaves.find(Kernel.BIAS).map(leaves::take);
    layers.add(
        new Layer(
            leaves.scope(),
            pointwise.isPresent() ? "depthwise" : "conv",
            List.of(depthwise(kernel, pointwise.isPresent() ? Optional.empty() : bias))));
    pointwise.ifPresent(
        p ->
            layers.add(
                new Layer(
                    leaves.scope(), "pointwise", List.of(convolution(leaves.take(p), bias)))));
    return layers;
  }

  static Reading depthwise(TensorExpr kernel, Optional<TensorExpr> bias) {
    TensorExpr weight = Layouts.depthwise(kernel);
    int rank = kernel.shape().rank();
    Features features = new Features(kernel.shape().dim(rank - 2), weight.shape().dim(0), rank - 2);
    return new Reading("depthwise convolution", slots(weight, bias), features);
  }

  static Reading convolution(TensorExpr kernel, Optional<TensorExpr> bias) {
    int rank = kernel.shape().rank();
    Features features =
        new Features(kernel.shape().dim(rank - 2), kernel.shape().dim(rank - 1), rank - 2);
    return new Reading("convolution", slots(Layouts.convolution(kernel), bias), features);
  }

  /** Its kernel is {@code [spatial..., O, I]} in TensorFlow, {@code [I, O, spatial...]} here. */
  static Reading transposed(TensorExpr kernel, Optional<TensorExpr> bias) {
    int rank = kernel.shape().rank();
    Features features =
        new Features(kernel.shape().dim(rank - 1), kernel.shape().dim(rank - 2), rank - 2);
    return new Reading(
        "transposed convolution", slots(Layouts.convolution(kernel), bias), features);
  }

  static List<Slot> slots(TensorExpr weight, Optional<TensorExpr> bias) {
    List<Slot> slots = new ArrayList<>(List.of(Slot.parameter("weight", weight)));
    bias.ifPresent(b -> slots.add(Slot.parameter("bias", b)));
    return slots;
  }
}
