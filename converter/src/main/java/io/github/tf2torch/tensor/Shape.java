package io.github.tf2torch.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tensor's extent; rank 0 is a scalar. */
public record Shape(List<Long> dims) {
  public Shape {
    dims = List.copyOf(dims);
    if (dims.stream().anyMatch(d -> d < 0)) {
      throw new IllegalArgumentException("negative extent in " + dims);
    }
  }

  public static Shape of(long... dims) {
    return new Shape(java.util.Arrays.stream(dims).boxed().toList());
  }

  public int rank() {
    return dims.size();
  }

  public long dim(int axis) {
    return dims.get(axis);
  }

  /** Number of elements; throws {@link ArithmeticException} rather than wrap. */
  public long count() {
    return dims.stream().reduce(1L, Math::multiplyExact);
  }

  /** The indexes of an element that is counted row-major. */
  public List<Long> indexOf(long element) {
    List<Long> indexes = new java.util.ArrayList<>(dims);
    long rest = element;
    for (int axis = rank() - 1; axis >= 0; axis--) {
      indexes.set(axis, rest % dims.get(axis));
      rest /= dims.get(axis);
    }
    return indexes;
  }

  /** Spelled out, like that of the recipes that are looked up by the thousand. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape shape && dims.equals(shape.dims);
  }

  @Override
  public int hashCode() {
    return dims.hashCode();
  }

  @Override
  public String toString() {
    return dims.toString();
  }
}
