package io.github.tf2torch.model.target;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The order in which a value holds TensorFlow's axes: dimension {@code i} of the torch tensor is
 * TensorFlow's axis {@code axes[i]}. An NHWC image held channels-first is {@code [0, 3, 1, 2]}.
 */
public record AxisOrder(List<Integer> axes) {
  public AxisOrder {
    axes = List.copyOf(axes);
  }

  /** TensorFlow's own order. */
  public static AxisOrder identity(int rank) {
    return new AxisOrder(IntStream.range(0, rank).boxed().toList());
  }

  /** Batch, channels, then the spatial axes of a channels-last tensor. */
  public static AxisOrder channelsFirst(int rank) {
    return new AxisOrder(
        IntStream.range(0, rank).mapToObj(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1).toList());
  }

  public int rank() {
    return axes.size();
  }

  public boolean isIdentity() {
    return equals(identity(rank()));
  }

  /** The torch dimension that holds TensorFlow's axis. */
  public int dimensionOf(int tfAxis) {
    return axes.indexOf(tfAxis);
  }

  /** What {@code torch.permute} takes to bring a tensor held in this order into TensorFlow's. */
  public List<Integer> toTensorflow() {
    return IntStream.range(0, rank()).mapToObj(this::dimensionOf).toList();
  }
}
