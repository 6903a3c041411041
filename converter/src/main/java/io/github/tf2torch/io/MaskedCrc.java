package io.github.tf2torch.io;

import java.util.zip.CRC32C;

/**
 * CRC32C as TensorFlow stores it: rotated and offset, so that a checksum over data that holds
 * checksums stays strong (tensorflow/core/lib/hash/crc32c.h).
 */
public final class MaskedCrc {
  private static final int DELTA = 0xa282ead8;

  private MaskedCrc() {}

  public static int mask(int crc) {
    return Integer.rotateRight(crc, 15) + DELTA;
  }

  public static int of(CRC32C crc) {
    return mask((int) crc.getValue());
  }

  /** {@code block checksum is 0x…, expected 0x…; the file is damaged or truncated}. */
  public static String mismatch(String what, int found, int expected) {
    return "%s checksum is 0x%08x, expected 0x%08x; the file is damaged or truncated"
        .formatted(what, found, expected);
  }
}
