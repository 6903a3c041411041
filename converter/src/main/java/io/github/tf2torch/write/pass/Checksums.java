package io.github.tf2torch.write.pass;

import io.github.tf2torch.io.CrcText;
import java.util.Optional;

/**
 * Of a tensor's bytes as written.
 *
 * @param crc32c as {@code conversion.json} has it: {@code crc32c:01234567}
 * @param crc32 as zip files have it; 0 where none of them has the tensor
 * @param sha256 in hexadecimal, where it was asked for
 */
public record Checksums(String crc32c, int crc32, Optional<String> sha256) {
  /** The CRC32C as a number. */
  public int crc32cBits() {
    return CrcText.parse(crc32c);
  }
}
