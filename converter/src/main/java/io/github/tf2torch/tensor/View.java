package io.github.tf2torch.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tensor over the elements of another one: index {@code i} of axis {@code a} is {@code i *
 * strides[a]} elements further on. No two indexes share an element.
 */
record View(List<Long> dims, List<Long> strides, long offset, long baseCount) {
  View {
    dims = List.copyOf(dims);
    strides = List.copyOf(strides);
  }

  static View of(Shape shape) {
    return new View(shape.dims(), rowMajor(shape.dims()), 0, shape.count());
  }

  private static List<Long> rowMajor(List<Long> dims) {
    List<Long> strides = new ArrayList<>(dims);
    long stride = 1;
    for (int axis = dims.size() - 1; axis >= 0; axis--) {
      strides.set(axis, stride);
      stride *= Math.max(1, dims.get(axis));
    }
    return strides;
  }

  long count() {
    return dims.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Whether it is its base, element for element. */
  boolean isWhole() {
    View merged = merged();
    return offset == 0
        && count() == baseCount
        && (merged.dims().isEmpty() || merged.strides().equals(List.of(1L)));
  }

  View permute(List<Integer> axes) {
    return new View(
        axes.stream().map(dims::get).toList(),
        axes.stream().map(strides::get).toList(),
        offset,
        baseCount);
  }

  View slice(int axis, long start, long length) {
    List<Long> cut = new ArrayList<>(dims);
    cut.set(axis, length);
    return new View(cut, strides, offset + start * strides.get(axis), baseCount);
  }

  /** Without axes of one element, and with neighbours that follow each other as one axis. */
  View merged() {
    List<Long> mergedDims = new ArrayList<>();
    List<Long> mergedStrides = new ArrayList<>();
    for (int axis = 0; axis < dims.size(); axis++) {
      long dim = dims.get(axis);
      long stride = strides.get(axis);
      int last = mergedDims.size() - 1;
      if (dim == 1) {
        continue;
      }
      if (last >= 0 && mergedStrides.get(last) == dim * stride) {
        mergedDims.set(last, mergedDims.get(last) * dim);
        mergedStrides.set(last, stride);
      } else {
        mergedDims.add(dim);
        mergedStrides.add(stride);
      }
    }
    return new View(mergedDims, mergedStrides, offset, baseCount);
  }

  /** The same elements in the same order; empty where no strides can say that. */
  Optional<View> reshape(Shape shape) {
    if (count() == 0) {
      return Optional.of(new View(shape.dims(), rowMajor(shape.dims()), offset, baseCount));
    }
    View merged = merged();
    List<Long> newStrides = new ArrayList<>(shape.dims());
    int axis = shape.rank() - 1;
    for (int from = merged.dims().size() - 1; from >= 0; from--) {
      long left = merged.dims().get(from);
      long stride = merged.strides().get(from);
      while (left > 1) {
        long dim = shape.dim(axis);
        if (left % dim != 0) {
          return Optional.empty();
        }
        newStrides.set(axis--, stride);
        stride *= dim;
        left /= dim;
      }
    }
    while (axis >= 0) {
      newStrides.set(axis--, 1L);
    }
    return Optional.of(new View(shape.dims(), newStrides, offset, baseCount));
  }

  /**
   * Which axes, one after another, make each axis of {@code shape}; empty where it parts one of
   * them.
   */
  Optional<List<List<Integer>>> grouped(Shape shape) {
    List<List<Integer>> groups = new ArrayList<>();
    int axis = 0;
    for (long dim : shape.dims()) {
      List<Integer> group = new ArrayList<>();
      long left = dim;
      while (left > 1) {
        if (axis == dims.size() || left % dims.get(axis) != 0) {
          return Optional.empty();
        }
        left /= dims.get(axis);
        group.add(axis++);
      }
      groups.add(group);
    }
    return Optional.of(groups);
  }
}
