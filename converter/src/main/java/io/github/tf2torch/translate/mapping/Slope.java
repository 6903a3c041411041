package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.List;
import java.util.Set;

/** PReLU's slopes; PyTorch has one for each channel, as Keras has with all other axes shared. */
final class Slope implements Convention {
  @Override
  public List<Layer> read(Leaves leaves) {
    boolean isSlope =
        leaves.find(Set.of("alpha")).isPresent()
            && (leaves.isOf("PReLU") || leaves.layer().matches("p_?re_?lu.*"));
    if (!isSlope) {
      return List.of();
    }
    List<Long> dims = leaves.stored("alpha").shape().dims();
    int rank = dims.size();
    boolean isShared = rank > 0 && dims.subList(0, rank - 1).stream().allMatch(d -> d == 1);
    if (!isShared) {
      return List.of();
    }
    Slot slot =
        Slot.parameter(
            "weight", Layouts.reshape(leaves.take("alpha"), List.of(dims.get(rank - 1))));
    return List.of(
        new Layer(leaves.scope(), "prelu", List.of(new Reading("PReLU", List.of(slot)))));
  }
}
