package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements of a tensor, little-endian, in row-major order, read by their index. */
interface Elements {
  /** Fills what remains of {@code target}, a whole number of elements, from {@code first} on. */
  void read(long first, ByteBuffer target) throws IOException;

  /** A buffer that readers agree on: little-endian, on the heap, so that it goes with its user. */
  static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
