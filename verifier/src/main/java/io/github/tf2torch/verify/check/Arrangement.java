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

  /** The shape in TensorFlow's order of what PyTorch holds so; empty where it can't be held so. */
  static Optional<Shape> tensorflowShape(Shape held, Layout layout) {
    int rank = layout.order().rank();
    if (held.rank() != rank) {
      return Optional.empty();
    }
    Shape shape = new Shape(layout.order().toTensorflow().stream().map(held::dim).toList());
    boolean fits =
        layout
            .flattened()
            .map(f -> new Shape(f.extents()).count() == shape.dim(rank - 1))
            .orElse(true);
    return fits ? Optional.of(shape) : Optional.empty();
  }

  /** The elements of a value that PyTorch holds as {@code layout} says, in TensorFlow's order. */
  static double[] toTensorflow(TensorValue held, Layout layout) {
    return permuted(held.doubles(), Unfolded.of(held.shape(), layout));
  }

  /** The same for whole numbers, which a double need not hold. */
  static long[] toTensorflowLongs(TensorValue held, Layout layout) {
    long[] values = held.longs();
    Unfolded unfolded = Unfolded.of(held.shape(), layout);
    long[] out = new long[values.length];
    unfolded.walk(
        (to, from, step, count) -> {
          for (int i = 0; i < count; i++) {
            out[to + i] = values[from + i * step];
          }
        });
    return out;
  }

  /** An input in TensorFlow's order, as PyTorch takes it. */
  static TensorValue toTorch(TensorValue value, Layout layout) {
    if (layout.order().isIdentity()) {
      return value;
    }
    List<Integer> axes = layout.order().axes();
    double[] moved = permuted(value.doubles(), new Unfolded(value.shape().dims(), axes));
    Shape shape = new Shape(axes.stream().map(a -> value.shape().dim(a)).toList());
    return TensorValue.ofDoubles(value.dtype(), shape, moved);
  }

  private static double[] permuted(double[] values, Unfolded unfolded) {
    if (unfolded.isInOrder()) {
      return values;
    }
    double[] out = new double[values.length];
    unfolded.walk(
        (to, from, step, count) -> {
          for (int i = 0; i < count; i++) {
            out[to + i] = values[from + i * step];
          }
        });
    return out;
  }

  /**
   * A held tensor with its flattened axis taken apart again.
   *
   * @param dims as held
   * @param axes axis {@code i} of the result is held axis {@code axes[i]}
   */
  private record Unfolded(List<Long> dims, List<Integer> axes) {

    static Unfolded of(Shape held, Layout layout) {
      List<Integer> axes = layout.order().toTensorflow();
      if (layout.flattened().isEmpty()) {
        return new Unfolded(held.dims(), axes);
      }
      Layout.Flattened flat = layout.flattened().get();
      int parts = flat.held().size();
      int place = axes.get(axes.size() - 1);
      List<Long> dims = new ArrayList<>(held.dims());
      dims.remove(place);
      dims.addAll(place, flat.held().stream().map(flat.extents()::get).toList());
      List<Integer> unfolded = new ArrayList<>();
      for (int axis : axes.subList(0, axes.size() - 1)) {
        unfolded.add(axis < place ? axis : axis + parts - 1);
      }
      for (int i = 0; i < parts; i++) {
        unfolded.add(place + flat.held().indexOf(i));
      }
      return new Unfolded(dims, unfolded);
    }

    boolean isInOrder() {
      return axes.equals(IntStream.range(0, axes.size()).boxed().toList());
    }

    /** Visits the result's last axis once for each place in the others. */
    void walk(Run run) {
      int rank = dims.size();
      if (rank == 0) {
        run.copy(0, 0, 1, 1);
        return;
      }
      int[] extent = axes.stream().mapToInt(a -> Math.toIntExact(dims.get(a))).toArray();
      int[] step = axes.stream().mapToInt(this::stride).toArray();
      int last = rank - 1;
      int total = Math.toIntExact(new Shape(dims).count());
      int[] at = new int[rank];
      int from = 0;
      for (int to = 0; to < total; to += extent[last]) {
        run.copy(to, from, step[last], extent[last]);
        for (int axis = last - 1; axis >= 0; axis--) {
          from += step[axis];
          if (++at[axis] < extent[axis]) {
            break;
          }
          from -= step[axis] * extent[axis];
          at[axis] = 0;
        }
      }
    }

    private int stride(int axis) {
      return Math.toIntExact(new Shape(dims.subList(axis + 1, dims.size())).count());
    }
  }

  /** Copies elements that lie {@code step} apart to neighbouring places. */
  @FunctionalInterface
  private interface Run {
    void copy(int to, int from, int step, int count);
  }
}
