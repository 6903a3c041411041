package io.github.tf2torch.io;

import java.util.HexFormat;

/** A CRC32C as {@code conversion.json} has it: {@code crc32c:01234567}. */
public final class CrcText {
  private static final String PREFIX = "crc32c:";

  private CrcText() {}

  /** Not by a format: there is one for each tensor, and Java's formatter starts slowly. */
  public static String of(int crc) {
    return PREFIX + HexFormat.of().toHexDigits(crc);
  }

  /** The number behind a text that {@link #of} made. */
  public static int parse(String text) {
    return Integer.parseUnsignedInt(text.substring(PREFIX.length()), 16);
  }
}
