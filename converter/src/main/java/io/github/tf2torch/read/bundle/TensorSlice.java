package io.github.tf2torch.read.bundle;

import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.TensorSliceProto;

/**
 * A box of a larger tensor (tensor_slice.proto).
 *
 * @param isFull by axis, whether the file says so by leaving the length out: the key of the part
 *     depends on it
 */
record TensorSlice(List<Long> starts, List<Long> lengths, List<Boolean> isFull) {
  TensorSlice {
    starts = List.copyOf(starts);
    lengths = List.copyOf(lengths);
    isFull = List.copyOf(isFull);
  }

  /** Empty where the box does not lie within the shape. */
  static Optional<TensorSlice> of(TensorSliceProto proto, Shape whole) {
    if (proto.getExtentCount() != whole.rank()) {
      return Optional.empty();
    }
    List<Long> starts = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    List<Boolean> full = new ArrayList<>();
    for (int axis = 0; axis < whole.rank(); axis++) {
      TensorSliceProto.Extent extent = proto.getExtent(axis);
      boolean isFull = !extent.hasLength();
      long length = isFull ? whole.dim(axis) : extent.getLength();
      if (extent.getStart() < 0 || length < 0 || length > whole.dim(axis) - extent.getStart()) {
        return Optional.empty();
      }
      starts.add(extent.getStart());
      lengths.add(length);
      full.add(isFull);
    }
    return Optional.of(new TensorSlice(starts, lengths, full));
  }

  Shape shape() {
    return new Shape(lengths);
  }

  boolean overlaps(TensorSlice other) {
    for (int axis = 0; axis < starts.size(); axis++) {
      long from = Math.max(starts.get(axis), other.starts.get(axis));
      long to =
          Math.min(
              starts.get(axis) + lengths.get(axis),
              other.starts.get(axis) + other.lengths.get(axis));
      if (from >= to) {
        return false;
      }
    }
    return true;
  }
}
