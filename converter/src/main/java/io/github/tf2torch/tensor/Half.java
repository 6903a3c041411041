package io.github.tf2torch.tensor;

/** The two formats of 16 bits: IEEE float16 and bfloat16, the upper half of a float32. */
final class Half {
  private static final int DOUBLE_BIAS = 1023;
  private static final int DOUBLE_BITS = 52;

  private Half() {}

  static float float16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
  }

  static float bfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The same as {@link #toFloat16} of the float with these bits. */
  static short float32ToFloat16(int bits) {
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fff_ffff;
    if (magnitude > 0x7f80_0000) {
      return (short) (sign | 0x7e00 | magnitude >>> 13 & 0x3ff);
    }
    if (magnitude >= 0x4780_0000) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x3880_0000) {
      // The unit of one half as a float is that of float16's smallest numbers: the sum rounds.
      float rounded = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | Float.floatToRawIntBits(rounded) - 0x3f00_0000);
    }
    int tiesToEven = magnitude + 0xfff + (magnitude >>> 13 & 1);
    return (short) (sign | tiesToEven - 0x3800_0000 >>> 13);
  }

  /** The same as {@link #toBfloat16} of the float with these bits. */
  static short float32ToBfloat16(int bits) {
    if ((bits & 0x7fff_ffff) > 0x7f80_0000) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  static short toFloat16(double value) {
    return round(value, 5, 10);
  }

  static short toBfloat16(double value) {
    return round(value, 8, 7);
  }

  /** To nearest, ties to even, straight from double: by way of float it would round twice. */
  private static short round(double value, int exponentBits, int fractionBits) {
    long bits = Double.doubleToRawLongBits(value);
    int sign = (int) (bits >>> 63) << 15;
    int most = (1 << exponentBits) - 1;
    int bias = most >> 1;
    long fraction = bits & ((1L << DOUBLE_BITS) - 1);
    if (Double.isNaN(value)) {
      int payload = (int) (fraction >>> (DOUBLE_BITS - fractionBits)) | (1 << (fractionBits - 1));
      return (short) (sign | most << fractionBits | payload);
    }
    int exponent = (int) (bits >>> DOUBLE_BITS & 0x7ff) - DOUBLE_BIAS;
    if (exponent > bias) {
      return (short) (sign | most << fractionBits);
    }
    int below = Math.max(0, 1 - bias - exponent);
    int shift = DOUBLE_BITS - fractionBits + below;
    if (shift > DOUBLE_BITS + 1) {
      return (short) sign;
    }
    long significand = fraction | 1L << DOUBLE_BITS;
    long kept = significand >>> shift;
    long lost = significand & ((1L << shift) - 1);
    long tie = 1L << (shift - 1);
    if (lost > tie || (lost == tie && (kept & 1) == 1)) {
      kept++;
    }
    // The implied one of a normal number adds 1 to the exponent; so does a carry, up to infinity.
    long magnitude = below > 0 ? kept : kept + ((long) (exponent + bias - 1) << fractionBits);
    return (short) (sign | magnitude);
  }
}
