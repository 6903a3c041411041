package io.github.tf2torch.model.target;

import java.util.List;
import java.util.Optional;

/**
 * How a torch value holds a TensorFlow tensor: the order of its axes and, where its last axis was
 * flattened from a channels-first tensor, what it was flattened from.
 */
public record Layout(AxisOrder order, Optional<Flattened> flattened) {
  public static Layout of(AxisOrder order) {
    return new Layout(order, Optional.empty());
  }

  public static Layout tensorflow(int rank) {
    return of(AxisOrder.identity(rank));
  }

  /**
   * The last axis enumerates {@code extents} (TensorFlow's order, such as H, W, C) in the order
   * {@code held}: {@code [2, 0, 1]} means that C varies slowest, then H, then W.
   */
  public record Flattened(List<Long> extents, List<Integer> held) {
    public Flattened {
      extents = List.copyOf(extents);
      held = List.copyOf(held);
    }
  }
}
