package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How PyTorch holds in one tensor what TensorFlow draws in several: they are joined along an axis,
 * axes are split, then permuted, and all is brought into another shape.
 *
 * @param axis along which they are joined
 * @param isStacked whether the axis is a new one
 * @param split the extents of what is permuted
 */
record DrawArrangement(
    int axis, boolean isStacked, List<Long> split, List<Integer> axes, Shape shape) {
  DrawArrangement {
    split = List.copyOf(split);
    axes = List.copyOf(axes);
  }

  Expr expr(List<Expr> parts) {
    Expr list = new Expr.ListLiteral(parts);
    Expr joined =
        parts.size() == 1 && !isStacked
            ? parts.get(0)
            : Expr.aten(isStacked ? "stack" : "cat", list, new Expr.IntLiteral(axis));
    Expr permuted =
        isInOrder()
            ? joined
            : Expr.aten("permute", Expr.aten("reshape", joined, Expr.ints(split)), Expr.ints(axes));
    return Expr.aten("reshape", permuted, Expr.ints(shape.dims()));
  }

  private boolean isInOrder() {
    return IntStream.range(0, axes.size()).allMatch(i -> axes.get(i) == i);
  }

  /** The extents of parts that are joined. */
  static List<Long> joined(List<Shape> parts, int axis, boolean isStacked) {
    List<Long> dims = new ArrayList<>(parts.get(0).dims());
    if (isStacked) {
      dims.add(axis, (long) parts.size());
    } else {
      dims.set(axis, dims.get(axis) * parts.size());
    }
    return dims;
  }

  /** The parts of what PyTorch holds. */
  List<TensorValue> parts(TensorValue held, List<Shape> shapes) {
    long[] places = permuted(split);
    double[] numbers = held.doubles();
    double[] all = new double[numbers.length];
    for (int i = 0; i < all.length; i++) {
      all[Math.toIntExact(places[i])] = numbers[i];
    }
    List<TensorValue> parts = new ArrayList<>();
    long inner = product(shapes.get(0).dims().subList(axis, shapes.get(0).rank()));
    for (int part = 0; part < shapes.size(); part++) {
      double[] own = new double[Math.toIntExact(shapes.get(part).count())];
      for (int i = 0; i < own.length; i++) {
        long outer = i / inner;
        own[i] = all[Math.toIntExact((outer * shapes.size() + part) * inner + i % inner)];
      }
      parts.add(TensorValue.ofDoubles(DType.FLOAT32, shapes.get(part), own));
    }
    return parts;
  }

  /** Where in the joined tensor each element of the permuted one is. */
  private long[] permuted(List<Long> joined) {
    long[] strides = new long[joined.size()];
    long stride = 1;
    for (int i = joined.size() - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= joined.get(i);
    }
    long[] places = new long[Math.toIntExact(stride)];
    for (int i = 0; i < places.length; i++) {
      long rest = i;
      for (int at = axes.size() - 1; at >= 0; at--) {
        long extent = joined.get(axes.get(at));
        places[i] += rest % extent * strides[axes.get(at)];
        rest /= extent;
      }
    }
    return places;
  }

  private static long product(List<Long> extents) {
    return extents.stream().reduce(1L, Math::multiplyExact);
  }
}
