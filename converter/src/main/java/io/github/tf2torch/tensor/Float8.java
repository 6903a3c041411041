package io.github.tf2torch.tensor;

/**
 * The formats of 8 bits: those of the Open Compute Project (OCP 8-bit Floating Point
 * Specification), {@code fnuz} variants that have no infinity and no second zero, and powers of two
 * alone. As in {@code c10/util/Float8_*.h}.
 */
final class Float8 {
  private Float8() {}

  static float e5m2(byte bits) {
    return Half.float16((short) (bits << 8));
  }

  /** The largest magnitude is NaN; there is no infinity. */
  static float e4m3fn(byte bits) {
    return (bits & 0x7f) == 0x7f ? Float.NaN : number(bits, 3, 7);
  }

  static float e4m3fnuz(byte bits) {
    return bits == (byte) 0x80 ? Float.NaN : number(bits, 3, 8);
  }

  static float e5m2fnuz(byte bits) {
    return bits == (byte) 0x80 ? Float.NaN : number(bits, 2, 16);
  }

  static float e8m0fnu(byte bits) {
    int exponent = Byte.toUnsignedInt(bits);
    return exponent == 0xff ? Float.NaN : (float) Math.scalb(1d, exponent - 127);
  }

  private static float number(byte bits, int fractionBits, int bias) {
    int fraction = bits & ((1 << fractionBits) - 1);
    int exponent = (bits & 0x7f) >>> fractionBits;
    int significand = exponent == 0 ? fraction : fraction | 1 << fractionBits;
    float magnitude = Math.scalb((float) significand, Math.max(exponent, 1) - bias - fractionBits);
    return bits < 0 ? -magnitude : magnitude;
  }
}
