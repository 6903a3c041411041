package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.DType;
import java.util.List;

/**
 * What is known of a value of the torch program.
 *
 * @param dims in TensorFlow's order
 * @param layout how the program holds it
 */
public record TensorType(DType dtype, Dims dims, Layout layout) {
  public TensorType {
    if (layout.order().rank() != dims.rank()) {
      throw new IllegalArgumentException(dims + " held in " + layout);
    }
    if (layout.flattened().isPresent() && !layout.order().isIdentity()) {
      throw new IllegalArgumentException("a flattened axis in " + layout);
    }
  }

  public TensorType(DType dtype, Dims dims, AxisOrder order) {
    this(dtype, dims, Layout.of(order));
  }

  /** Held as TensorFlow holds it. */
  public static TensorType plain(DType dtype, Dims dims) {
    return new TensorType(dtype, dims, Layout.tensorflow(dims.rank()));
  }

  public int rank() {
    return dims.rank();
  }

  public AxisOrder order() {
    return layout.order();
  }

  /** The extents in the order of the torch tensor; -1 where unknown. */
  public List<Long> heldExtents() {
    return order().axes().stream().map(dims::extent).toList();
  }

  /** The number of extents that are not known. */
  public long unknowns() {
    return dims.extents().stream().filter(e -> e < 0).count();
  }

  /** A negative axis counts from the end, as everywhere in TensorFlow. */
  public int axis(long axis) {
    int counted = Math.toIntExact(axis < 0 ? axis + rank() : axis);
    if (counted < 0 || counted >= rank()) {
      throw new IllegalArgumentException("axis " + axis + " of a tensor of rank " + rank());
    }
    return counted;
  }

  public TensorType withDtype(DType other) {
    return new TensorType(other, dims, layout);
  }

  public TensorType withDims(Dims other) {
    return new TensorType(dtype, other, layout);
  }

  public TensorType withLayout(Layout other) {
    return new TensorType(dtype, dims, other);
  }

  public TensorType withOrder(AxisOrder order) {
    return withLayout(Layout.of(order));
  }
}
