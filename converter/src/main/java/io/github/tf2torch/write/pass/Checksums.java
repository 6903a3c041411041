package io.github.tf2torch.write.pass;

import java.util.Optional;

/**
 * Of a tensor's bytes as written.
 *
 * @param crc32c as {@code conversion.json} has it: {@code crc32c:01234567}
 * @param crc32 as zip files have it; 0 where none of them has the tensor
 * @param sha256 in hexadecimal, where it was asked for
 */
public record Checksums(String crc32c, int crc32, Optional<String> sha256) {
  private static final String PREFIX = "crc32c:";

  /** The CRC32C as a number. */
  public int crc32cBits() {
    return Integer.parseUnsignedInt(crc32c.substring(PREFIX.length()), 16);
  }
}
