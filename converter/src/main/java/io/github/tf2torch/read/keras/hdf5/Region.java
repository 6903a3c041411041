package io.github.tf2torch.read.keras.hdf5;

import io.github.tf2torch.io.SourceFile;
import io.github.tf2torch.problem.DamagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A stretch of a file that is read as a file of its own: all of it, or a stored entry of a zip.
 *
 * @param label how messages call it: {@code model.h5}, {@code model.keras!model.weights.h5}
 */
public record Region(SourceFile file, long start, long size, String label) {
  public Region {
    if (start < 0 || size < 0 || size > file.size() - start) {
      throw new IllegalArgumentException(size + " bytes at " + start + " of " + file.name());
    }
  }

  public static Region of(SourceFile file) {
    return new Region(file, 0, file.size(), file.name());
  }

  /** The same bytes from {@code offset} on. */
  Region from(long offset) {
    return new Region(file, start + offset, size - offset, label);
  }

  ByteBuffer read(long offset, long length) throws IOException {
    check(offset, length);
    return file.read(start + offset, length);
  }

  /** Fills what remains of {@code target}. */
  void read(long offset, ByteBuffer target) throws IOException {
    check(offset, target.remaining());
    file.read(start + offset, target);
  }

  void check(long offset, long length) {
    if (!holds(offset, length)) {
      throw damaged(
          offset,
          "%s bytes are expected here, but there are %d in all; it is damaged or truncated"
              .formatted(Long.toUnsignedString(length), size));
    }
  }

  boolean holds(long offset, long length) {
    return offset >= 0 && length >= 0 && length <= size - offset;
  }

  DamagedFile damaged(long offset, String what) {
    return new DamagedFile(label + " @ 0x" + Long.toHexString(offset) + ": " + what);
  }
}
