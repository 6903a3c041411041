package io.github.tf2torch.rules.mapping;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Concat;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import io.github.tf2torch.tensor.TensorExpr.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** TensorFlow's layouts of kernels as PyTorch's. The sizes are named as both frameworks do. */
public final class Layouts {
  private Layouts() {}

  /** {@code [spatial..., I, O]} to {@code [O, I, spatial...]}; a transposed one's too. */
  public static TensorExpr convolution(TensorExpr kernel) {
    int rank = kernel.shape().rank();
    List<Integer> axes = new ArrayList<>(List.of(rank - 1, rank - 2));
    IntStream.range(0, rank - 2).forEach(axes::add);
    return new Permute(kernel, axes);
  }

  /** {@code [spatial..., C, M]} to {@code [C*M, 1, spatial...]}, for groups=C. */
  public static TensorExpr depthwise(TensorExpr kernel) {
    int rank = kernel.shape().rank();
    List<Integer> axes = new ArrayList<>(List.of(rank - 2, rank - 1));
    List<Long> dims = new ArrayList<>();
    dims.add(kernel.shape().dim(rank - 2) * kernel.shape().dim(rank - 1));
    dims.add(1L);
    for (int axis = 0; axis < rank - 2; axis++) {
      axes.add(axis);
      dims.add(kernel.shape().dim(axis));
    }
    return new Reshape(new Permute(kernel, axes), new Shape(dims));
  }

  /** All axes the other way round: {@code [I, O]} to {@code [O, I]}. */
  public static TensorExpr transpose(TensorExpr kernel) {
    List<Integer> axes =
        new ArrayList<>(IntStream.range(0, kernel.shape().rank()).boxed().toList());
    Collections.reverse(axes);
    return new Permute(kernel, axes);
  }

  /** Rows that follow a flattened image, {@code [spatial..., C]}, in the order C, spatial. */
  public static TensorExpr unflatten(TensorExpr kernel, List<Long> spatial, long channels) {
    long out = kernel.shape().dim(1);
    List<Long> dims = new ArrayList<>(spatial);
    dims.add(channels);
    dims.add(out);
    int n = spatial.size();
    List<Integer> axes = new ArrayList<>(List.of(n));
    IntStream.range(0, n).forEach(axes::add);
    axes.add(n + 1);
    return new Reshape(new Permute(new Reshape(kernel, new Shape(dims)), axes), kernel.shape());
  }

  /** An axis that is an image's {@code [spatial..., C]}, in the order C, spatial. */
  public static TensorExpr channelsFirst(TensorExpr tensor, int axis, List<Long> extents) {
    int n = extents.size() - 1;
    List<Long> dims = new ArrayList<>(tensor.shape().dims());
    dims.remove(axis);
    dims.addAll(axis, extents);
    List<Integer> axes = new ArrayList<>(IntStream.range(0, dims.size()).boxed().toList());
    axes.add(axis, axes.remove(axis + n));
    return new Reshape(new Permute(new Reshape(tensor, new Shape(dims)), axes), tensor.shape());
  }

  /** Axes {@code from} to {@code to}, the last included, as one. */
  public static TensorExpr merge(TensorExpr tensor, int from, int to) {
    List<Long> dims = new ArrayList<>(tensor.shape().dims().subList(0, from));
    dims.add(tensor.shape().dims().subList(from, to + 1).stream().reduce(1L, Math::multiplyExact));
    dims.addAll(tensor.shape().dims().subList(to + 1, tensor.shape().rank()));
    return reshape(tensor, dims);
  }

  public static TensorExpr reshape(TensorExpr tensor, List<Long> dims) {
    return dims.equals(tensor.shape().dims()) ? tensor : new Reshape(tensor, new Shape(dims));
  }

  /** The axis cut into as many equal blocks as {@code order} has entries, put in that order. */
  public static TensorExpr blocks(TensorExpr tensor, int axis, List<Integer> order) {
    if (order.equals(IntStream.range(0, order.size()).boxed().toList())) {
      return tensor;
    }
    long size = tensor.shape().dim(axis) / order.size();
    return new Concat(
        order.stream().map(b -> (TensorExpr) new Slice(tensor, axis, b * size, size)).toList(),
        axis);
  }

  /** Some rows of a matrix, or elements of a vector. */
  public static TensorExpr rows(TensorExpr tensor, long start, long length) {
    return new Slice(tensor, 0, start, length);
  }
}
