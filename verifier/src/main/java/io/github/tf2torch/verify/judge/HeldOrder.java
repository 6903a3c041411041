package io.github.tf2torch.verify.judge;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Where the elements of TensorFlow's order lie in a tensor that PyTorch holds in an order of its
 * own. Axes of extent 1 are left out and neighbours that stay neighbours are one axis.
 *
 * @param extents in TensorFlow's order
 * @param steps from one index to the next, in elements as held
 */
public record HeldOrder(List<Integer> extents, List<Integer> steps) {
  /** Most elements of a block: three of doubles stay in a core's second cache. */
  static final int BLOCK = 4096;

  /** Most rows and columns of a block that is turned: whole cache lines on both sides. */
  private static final int SIDE = 64;

  public HeldOrder {
    extents = List.copyOf(extents);
    steps = List.copyOf(steps);
  }

  public static HeldOrder of(Shape held, Layout layout) {
    List<Long> dims = unfolded(held, layout);
    List<Integer> extents = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int axis : axes(layout)) {
      int extent = Math.toIntExact(dims.get(axis));
      int step =
          Math.toIntExact(dims.subList(axis + 1, dims.size()).stream().reduce(1L, (a, b) -> a * b));
      int last = extents.size() - 1;
      if (last >= 0 && steps.get(last) == (long) step * extent) {
        extents.set(last, extents.get(last) * extent);
        steps.set(last, step);
      } else if (extent != 1) {
        extents.add(extent);
        steps.add(step);
      }
    }
    return new HeldOrder(extents, steps);
  }

  /** The extents as held, a flattened axis taken apart again. */
  private static List<Long> unfolded(Shape held, Layout layout) {
    List<Long> dims = new ArrayList<>(held.dims());
    layout
        .flattened()
        .ifPresent(
            flat -> {
              int place = flattenedAxis(layout);
              dims.remove(place);
              dims.addAll(place, flat.held().stream().map(flat.extents()::get).toList());
            });
    return dims;
  }

  /** The held axis of each of TensorFlow's, a flattened axis taken apart again. */
  private static List<Integer> axes(Layout layout) {
    List<Integer> axes = layout.order().toTensorflow();
    if (layout.flattened().isEmpty()) {
      return axes;
    }
    List<Integer> parts = layout.flattened().get().held();
    int place = flattenedAxis(layout);
    List<Integer> unfolded = new ArrayList<>();
    for (int axis : axes.subList(0, axes.size() - 1)) {
      unfolded.add(axis < place ? axis : axis + parts.size() - 1);
    }
    IntStream.range(0, parts.size()).map(parts::indexOf).forEach(i -> unfolded.add(place + i));
    return unfolded;
  }

  private static int flattenedAxis(Layout layout) {
    List<Integer> axes = layout.order().toTensorflow();
    return axes.get(axes.size() - 1);
  }

  /** Whether both orders are the same. */
  boolean isInOrder() {
    return extents.isEmpty() || (extents.size() == 1 && steps.get(0) == 1);
  }

  int count() {
    return extents.stream().reduce(1, Math::multiplyExact);
  }

  /**
   * A rectangle of elements. Along a row they are neighbours in TensorFlow's order, down a column
   * in the held one.
   *
   * @param first in TensorFlow's order
   * @param rowStep from row to row, in TensorFlow's order
   * @param held the first as held
   * @param columnStep from column to column, as held
   */
  record Block(int first, int rowStep, int held, int columnStep, int rows, int columns) {
    int count() {
      return rows * columns;
    }

    /** The place in TensorFlow's order of the {@code k}-th element, row by row. */
    int index(int k) {
      return first + k / columns * rowStep + k % columns;
    }

    /** The same as held. */
    int heldIndex(int k) {
      return held + k / columns + k % columns * columnStep;
    }
  }

  /** Visits every element once, in blocks that stay in the cache. */
  void forEachBlock(Consumer<Block> visitor) {
    int last = extents.size() - 1;
    if (last < 0 || steps.get(last) == 1) {
      // a row of the last axis is contiguous in both
      int length = last < 0 ? 1 : extents.get(last);
      eachOf(last, last, (first, held) -> contiguous(first, held, length, visitor));
    } else {
      int down = steps.indexOf(1);
      eachOf(last, down, (first, held) -> turned(first, held, down, visitor));
    }
  }

  private static void contiguous(int first, int held, int length, Consumer<Block> visitor) {
    for (int at = 0; at < length; at += BLOCK) {
      visitor.accept(new Block(first + at, 0, held + at, 1, 1, Math.min(BLOCK, length - at)));
    }
  }

  private void turned(int first, int held, int down, Consumer<Block> visitor) {
    int last = extents.size() - 1;
    int rows = extents.get(down);
    int columns = extents.get(last);
    int rowStep = stride(down);
    int columnStep = steps.get(last);
    for (int r = 0; r < rows; r += SIDE) {
      for (int c = 0; c < columns; c += SIDE) {
        visitor.accept(
            new Block(
                first + r * rowStep + c,
                rowStep,
                held + r + c * columnStep,
                columnStep,
                Math.min(SIDE, rows - r),
                Math.min(SIDE, columns - c)));
      }
    }
  }

  /** From one index of this axis to the next in TensorFlow's order. */
  private int stride(int axis) {
    return extents.subList(axis + 1, extents.size()).stream().reduce(1, (a, b) -> a * b);
  }

  private interface Origin {
    void at(int first, int held);
  }

  /** Visits the first element of each combination of the axes other than these two. */
  private void eachOf(int without, int orWithout, Origin origin) {
    int[] outer =
        IntStream.range(0, extents.size()).filter(a -> a != without && a != orWithout).toArray();
    if (count() > 0) {
      each(outer, 0, 0, 0, origin);
    }
  }

  private void each(int[] axes, int depth, int first, int held, Origin origin) {
    if (depth == axes.length) {
      origin.at(first, held);
      return;
    }
    int axis = axes[depth];
    int stride = stride(axis);
    for (int i = 0; i < extents.get(axis); i++) {
      each(axes, depth + 1, first + i * stride, held + i * steps.get(axis), origin);
    }
  }
}
