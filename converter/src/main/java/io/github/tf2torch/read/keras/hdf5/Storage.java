package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of an array as they are stored, in row-major order. */
interface Storage {
  /** Fills what remains of {@code target}. */
  void read(long offset, ByteBuffer target) throws IOException;

  /** The most bytes that what is in the file can stand for. */
  long mostBytes() throws IOException;
}
