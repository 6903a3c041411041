package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Moves values between TensorFlow's order of axes and the order in which PyTorch holds them. */
final class Arrangement {
  private Arrangement() {}

  /** The elements of a value that PyTorch holds as {@code layout} says, in TensorFlow's order. */
  static double[] toTensorflow(TensorValue held, Layout layout) {
    List<Long> dims = new ArrayList<>(held.shape().dims());
    List<Integer> axes = new ArrayList<>(layout.order().toTensorflow());
    Optional<Layout.Flattened> flat = layout.flattened();
    if (flat.isPresent() && axes.get(axes.size() - 1) == axes.size() - 1) {
      int last = dims.size() - 1;
      dims.remove(last);
      axes.remove(last);
      List<Integer> order = flat.get().held();
      for (int tensorflowAxis : order) {
        dims.add(flat.get().extents().get(tensorflowAxis));
      }
      for (int i = 0; i < order.size(); i++) {
        axes.add(last + order.indexOf(i));
      }
    }
    return permuted(held.doubles(), dims, axes);
  }

  /** An input in TensorFlow's order, as PyTorch takes it. */
  static TensorValue toTorch(TensorValue value, Layout layout) {
    if (layout.order().isIdentity()) {
      return value;
    }
    List<Integer> axes = layout.order().axes();
    double[] moved = permuted(value.doubles(), value.shape().dims(), axes);
    Shape shape = new Shape(axes.stream().map(a -> value.shape().dim(a)).toList());
    return TensorValue.ofDoubles(value.dtype(), shape, moved);
  }

  /** Axis {@code i} of the result is axis {@code axes[i]} of the values. */
  static double[] permuted(double[] values, List<Long> dims, List<Integer> axes) {
    if (axes.equals(IntStream.range(0, axes.size()).boxed().toList())) {
      return values;
    }
    int rank = dims.size();
    int[] strides = new int[rank];
    int stride = 1;
    for (int i = rank - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.toIntExact(dims.get(i));
    }
    int[] extent = new int[rank];
    int[] step = new int[rank];
    for (int i = 0; i < rank; i++) {
      extent[i] = Math.toIntExact(dims.get(axes.get(i)));
      step[i] = strides[axes.get(i)];
    }
    double[] out = new double[values.length];
    int[] at = new int[rank];
    int from = 0;
    for (int i = 0; i < out.length; i++) {
      out[i] = values[from];
      for (int axis = rank - 1; axis >= 0; axis--) {
        from += step[axis];
        if (++at[axis] < extent[axis]) {
          break;
        }
        from -= step[axis] * extent[axis];
        at[axis] = 0;
      }
    }
    return out;
  }
}
