package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Operations on constants that move elements and change none. */
final class Rearrangement {
  private Rearrangement() {}

  static Optional<TensorValue> evaluate(Node node, List<TensorValue> inputs) {
    TensorValue first = inputs.get(0);
    List<Long> dims = first.shape().dims();
    return switch (node.op()) {
      case "Reshape" -> Optional.of(shaped(first, Extents.reshaped(dims, inputs.get(1).longs())));
      case "Squeeze" ->
          Optional.of(shaped(first, Extents.squeezed(dims, node.intsAttr("squeeze_dims"))));
      case "ExpandDims" ->
          Optional.of(shaped(first, Extents.expanded(dims, inputs.get(1).longAt(0))));
      case "Transpose" -> Optional.of(transposed(first, inputs.get(1).longs()));
      case "Pack" -> packed(inputs, node.intAttr("axis"));
      case "ConcatV2" -> joined(inputs);
      case "GatherV2" -> gathered(inputs);
      case "StridedSlice" -> sliced(node, inputs);
      default -> Optional.empty();
    };
  }

  /** The elements at these places, in their order. */
  static TensorValue pick(TensorValue from, Shape shape, long[] places) {
    int size = from.dtype().bytes();
    ByteBuffer source = from.bytes();
    byte[] out = new byte[places.length * size];
    for (int i = 0; i < places.length; i++) {
      source.get(Math.toIntExact(places[i] * size), out, i * size, size);
    }
    return new TensorValue(from.dtype(), shape, out);
  }

  private static TensorValue shaped(TensorValue value, List<Long> dims) {
    byte[] all = new byte[value.bytes().remaining()];
    value.bytes().get(all);
    return new TensorValue(value.dtype(), new Shape(dims), all);
  }

  private static TensorValue transposed(TensorValue value, long[] order) {
    Shape from = value.shape();
    long[] strides = new long[from.rank()];
    long stride = 1;
    for (int axis = from.rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= from.dim(axis);
    }
    Shape to = new Shape(Extents.permuted(from.dims(), order));
    long[] places = new long[Math.toIntExact(to.count())];
    for (int i = 0; i < places.length; i++) {
      long rest = i;
      for (int axis = to.rank() - 1; axis >= 0; axis--) {
        places[i] += rest % to.dim(axis) * strides[Math.toIntExact(order[axis])];
        rest /= to.dim(axis);
      }
    }
    return pick(value, to, places);
  }

  private static Optional<TensorValue> packed(List<TensorValue> parts, long axis) {
    Shape each = parts.get(0).shape();
    if (axis != 0 && axis != -each.rank() - 1) {
      return Optional.empty();
    }
    List<Long> dims = new ArrayList<>(each.dims());
    dims.add(0, (long) parts.size());
    return Optional.of(appended(parts, new Shape(dims)));
  }

  private static Optional<TensorValue> joined(List<TensorValue> inputs) {
    List<TensorValue> parts = inputs.subList(0, inputs.size() - 1);
    if (parts.stream().anyMatch(p -> p.shape().rank() != 1)) {
      return Optional.empty();
    }
    long count = parts.stream().mapToLong(p -> p.shape().count()).sum();
    return Optional.of(appended(parts, Shape.of(count)));
  }

  private static TensorValue appended(List<TensorValue> parts, Shape shape) {
    int size = parts.stream().mapToInt(p -> p.bytes().remaining()).sum();
    ByteBuffer out = ByteBuffer.allocate(size);
    parts.forEach(p -> out.put(p.bytes()));
    return new TensorValue(parts.get(0).dtype(), shape, out.array());
  }

  private static Optional<TensorValue> gathered(List<TensorValue> inputs) {
    TensorValue from = inputs.get(0);
    long[] places = inputs.get(1).longs();
    boolean isInside = Arrays.stream(places).allMatch(p -> p >= 0 && p < from.shape().count());
    return from.shape().rank() == 1 && isInside
        ? Optional.of(pick(from, inputs.get(1).shape(), places))
        : Optional.empty();
  }

  /** A slice of a vector, as shapes are sliced. */
  private static Optional<TensorValue> sliced(Node node, List<TensorValue> inputs) {
    TensorValue from = inputs.get(0);
    boolean isOther = node.intAttr("ellipsis_mask") != 0 || node.intAttr("new_axis_mask") != 0;
    if (from.shape().rank() != 1 || inputs.get(1).shape().count() != 1 || isOther) {
      return Optional.empty();
    }
    long step = inputs.get(3).longAt(0);
    if (step != 1) {
      return Optional.empty();
    }
    long extent = from.shape().dim(0);
    long begin = node.intAttr("begin_mask") != 0 ? 0 : inside(inputs.get(1).longAt(0), extent);
    boolean isElement = node.intAttr("shrink_axis_mask") != 0;
    if (isElement) {
      return begin < extent
          ? Optional.of(pick(from, Shape.of(), new long[] {begin}))
          : Optional.empty();
    }
    long end = node.intAttr("end_mask") != 0 ? extent : inside(inputs.get(2).longAt(0), extent);
    long[] places = new long[Math.toIntExact(Math.max(0, end - begin))];
    Arrays.setAll(places, i -> begin + i);
    return Optional.of(pick(from, Shape.of(places.length), places));
  }

  private static long inside(long position, long extent) {
    return Math.max(0, Math.min(extent, position < 0 ? position + extent : position));
  }
}
