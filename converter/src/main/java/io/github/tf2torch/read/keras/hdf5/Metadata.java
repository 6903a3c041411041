package io.github.tf2torch.read.keras.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file's bytes by HDF5's addresses, and how wide its addresses and lengths are.
 *
 * @param region from the superblock's base address on
 */
record Metadata(Region region, int offsetBytes, int lengthBytes, GlobalHeap heap) {
  Metadata(Region region, int offsetBytes, int lengthBytes) {
    this(region, offsetBytes, lengthBytes, new GlobalHeap());
  }

  Cursor at(long address, long length) throws IOException {
    return cursor(address, region.read(address, length));
  }

  Cursor cursor(long address, ByteBuffer bytes) {
    return new Cursor(region, address, bytes, offsetBytes, lengthBytes);
  }

  /** A block whose last four bytes are the checksum of those before; the cursor ends there. */
  Cursor checked(long address, long length) throws IOException {
    region.check(address, length);
    if (length < 4) {
      throw region.damaged(address, "a block of " + length + " bytes has no room for a checksum");
    }
    ByteBuffer bytes = region.read(address, length);
    ByteBuffer content = bytes.slice(0, (int) length - 4);
    int stored = bytes.getInt((int) length - 4);
    int computed = Lookup3.of(content);
    if (stored != computed) {
      throw region.damaged(
          address,
          "metadata checksum is 0x%08x, expected 0x%08x; the file is damaged"
              .formatted(computed, stored));
    }
    return cursor(address, content);
  }

  /** How many bytes hold a number up to {@code limit}: {@code H5VM_limit_enc_size}. */
  static int bytesFor(long limit) {
    return (63 - Long.numberOfLeadingZeros(Math.max(1, limit))) / 8 + 1;
  }
}
