package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** A shape as a graph knows it: extents, -1 where one is unknown. */
public record Dims(List<Long> extents) {
  public Dims {
    extents = List.copyOf(extents);
  }

  public static Dims of(long... extents) {
    return new Dims(java.util.Arrays.stream(extents).boxed().toList());
  }

  public static Dims of(Shape shape) {
    return new Dims(shape.dims());
  }

  public int rank() {
    return extents.size();
  }

  public long extent(int axis) {
    return extents.get(axis);
  }

  public boolean isKnown(int axis) {
    return extents.get(axis) >= 0;
  }

  /** The shape, if every extent is known. */
  public Optional<Shape> shape() {
    return extents.stream().allMatch(e -> e >= 0)
        ? Optional.of(new Shape(extents))
        : Optional.empty();
  }
}
