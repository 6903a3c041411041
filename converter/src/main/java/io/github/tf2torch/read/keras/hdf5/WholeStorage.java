package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An array in one piece: in the file, in the header, or never written. */
final class WholeStorage {
  private WholeStorage() {}

  static Storage of(Metadata metadata, Layout layout, long bytes, byte[] fill) {
    if (layout instanceof Layout.Compact compact) {
      if (compact.bytes().remaining() < bytes) {
        throw metadata
            .region()
            .damaged(
                0,
                "a data set has %d bytes in its header, expected %d; the file is damaged"
                    .formatted(compact.bytes().remaining(), bytes));
      }
      return new InHeader(compact.bytes(), bytes);
    }
    if (layout instanceof Layout.Contiguous contiguous) {
      long address = contiguous.address();
      if (address == Cursor.UNDEFINED) {
        return new Unwritten(fill);
      }
      boolean fits = contiguous.bytes() < 0 || contiguous.bytes() >= bytes;
      if (!fits) {
        throw metadata
            .region()
            .damaged(
                address,
                "a data set has %d bytes here, expected %d; the file is damaged"
                    .formatted(contiguous.bytes(), bytes));
      }
      metadata.region().check(address, bytes);
      return new InFile(metadata.region(), address, bytes);
    }
    throw new AssertionError("no case for " + layout);
  }

  private record InHeader(ByteBuffer stored, long mostBytes) implements Storage {
    @Override
    public void read(long offset, ByteBuffer target) {
      target.put(stored.slice((int) offset, target.remaining()));
    }
  }

  private record InFile(Region region, long address, long mostBytes) implements Storage {
    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      region.read(address + offset, target);
    }
  }

  private record Unwritten(byte[] fill) implements Storage {
    @Override
    public void read(long offset, ByteBuffer target) {
      for (long at = offset; target.hasRemaining(); at++) {
        target.put(fill[(int) (at % fill.length)]);
      }
    }

    @Override
    public long mostBytes() {
      return 0;
    }
  }
}
