package io.github.tf2torch.io;

/**
 * Arithmetic on checksums: what the checksum of a piece adds to that of the whole. Polynomials over
 * GF(2), the highest power in the lowest bit, as {@code crc32_combine} of zlib has them.
 */
public enum CrcPolynomial {
  /** Of {@link java.util.zip.CRC32C}. */
  CASTAGNOLI(0x82F6_3B78),
  /** Of {@link java.util.zip.CRC32}, which zip files have. */
  IEEE(0xEDB8_8320);

  private static final int ONE = 1 << 31;
  private static final int BYTE_BITS = 8;

  private final int polynomial;

  /** {@code x^(8 * digit * 256^place)} at {@code [place][digit]}. */
  private final int[][] powers = new int[Long.BYTES][256];

  CrcPolynomial(int polynomial) {
    this.polynomial = polynomial;
    int power = ONE >>> BYTE_BITS;
    for (int[] place : powers) {
      place[0] = ONE;
      for (int digit = 1; digit < place.length; digit++) {
        place[digit] = multiply(place[digit - 1], power);
      }
      power = multiply(place[place.length - 1], power);
    }
  }

  /** What a checksum is multiplied by when {@code bytes} more follow. */
  public int shift(long bytes) {
    int power = ONE;
    long rest = bytes;
    for (int place = 0; rest != 0; place++) {
      int digit = (int) (rest & 0xff);
      power = digit == 0 ? power : multiply(power, powers[place][digit]);
      rest >>>= BYTE_BITS;
    }
    return power;
  }

  /** The product of two polynomials. */
  public int multiply(int a, int b) {
    int product = 0;
    int left = a;
    int right = b;
    while (left != 0) {
      product ^= left >> 31 & right;
      left <<= 1;
      right = right >>> 1 ^ -(right & 1) & polynomial;
    }
    return product;
  }
}
