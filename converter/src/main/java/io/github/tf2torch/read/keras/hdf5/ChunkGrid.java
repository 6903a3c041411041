package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.tensor.Shape;

/** How a data set is cut into pieces of equal extent; those at the far edges overhang. */
record ChunkGrid(Shape shape, Shape chunk, int elementBytes) {
  /** How many pieces lie along an axis. */
  long along(int axis) {
    return (shape.dim(axis) + chunk.dim(axis) - 1) / chunk.dim(axis);
  }

  long count() {
    long count = 1;
    for (int axis = 0; axis < shape.rank(); axis++) {
      count = Math.multiplyExact(count, along(axis));
    }
    return count;
  }

  /** Bytes of one piece before filters. */
  long chunkBytes() {
    return Math.multiplyExact(chunk.count(), (long) elementBytes);
  }

  /** Bytes of all pieces that the first axis crosses at one place, before filters. */
  long bytesOfRow() {
    return shape.rank() == 0 || along(0) == 0 ? 0 : count() / along(0) * chunkBytes();
  }

  /** The row-major number of the piece at {@code position}, which counts pieces. */
  long number(long[] position) {
    long number = 0;
    for (int axis = 0; axis < position.length; axis++) {
      number = number * along(axis) + position[axis];
    }
    return number;
  }

  boolean holds(long[] position) {
    for (int axis = 0; axis < position.length; axis++) {
      if (position[axis] < 0 || position[axis] >= along(axis)) {
        return false;
      }
    }
    return true;
  }

  static ChunkGrid of(Shape shape, Shape chunk, int elementBytes, DamagedFile problem) {
    boolean fits = shape.rank() == chunk.rank() && chunk.dims().stream().allMatch(d -> d > 0);
    if (!fits) {
      throw problem;
    }
    try {
      ChunkGrid grid = new ChunkGrid(shape, chunk, elementBytes);
      Math.multiplyExact(grid.count(), grid.chunkBytes());
      return grid;
    } catch (ArithmeticException e) {
      throw problem;
    }
  }
}
