package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of stored variables come from: a checkpoint, or the files of a conversion. */
public interface TensorSource {
  /**
   * Fills {@code target} with the variable's bytes from {@code offset} on, little-endian and
   * row-major. Throws a {@code DamagedFile} where the file is shorter or fails its checksum.
   */
  void read(String variable, long offset, ByteBuffer target) throws IOException;

  /**
   * Compares the variable's bytes with the checksum that was stored with them; throws a {@code
   * DamagedFile} where they differ. Reads what has to be read for it, and nothing twice.
   *
   * @return false where no checksum is stored, and nothing was compared
   */
  default boolean verify(String variable) throws IOException {
    return false;
  }
}
