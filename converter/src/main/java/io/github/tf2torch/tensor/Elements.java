package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements of a tensor, little-endian, in row-major order, read by their index. */
interface Elements {
  /** Fills what remains of {@code target}, a whole number of elements, from {@code first} on. */
  void read(long first, ByteBuffer target) throws IOException;

  /**
   * Reads runs of elements, given in bytes, to the position of {@code target} and on; its position
   * and limit are of no meaning afterwards.
   */
  default void readRuns(Runs runs, int elementBytes, ByteBuffer target) throws IOException {
    int at = target.position();
    for (int i = 0; i < runs.count(); i++) {
      target.limit(at + runs.length()).position(at);
      read((runs.offset() + i * runs.step()) / elementBytes, target);
      at += runs.targetStep();
    }
  }

  /** Where a read from {@code first} on best ends, if it is of {@code most} elements at most. */
  default long boundary(long first, long most) {
    return first + most;
  }

  /** A buffer that readers agree on: little-endian, on the heap, so that it goes with its user. */
  static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
