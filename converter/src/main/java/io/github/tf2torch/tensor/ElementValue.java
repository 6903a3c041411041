package io.github.tf2torch.tensor;

import java.nio.ByteBuffer;

/** Single numbers out of the little-endian bytes of a tensor. */
public final class ElementValue {
  private ElementValue() {}

  /** A real number, exact but for whole ones beyond 2^53. */
  public static double real(ByteBuffer bytes, int at, DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> bytes.getFloat(at);
      case FLOAT64 -> bytes.getDouble(at);
      case FLOAT16 -> Half.float16(bytes.getShort(at));
      case BFLOAT16 -> Half.bfloat16(bytes.getShort(at));
      case FLOAT8_E5M2 -> Float8.e5m2(bytes.get(at));
      case FLOAT8_E4M3FN -> Float8.e4m3fn(bytes.get(at));
      case FLOAT8_E4M3FNUZ -> Float8.e4m3fnuz(bytes.get(at));
      case FLOAT8_E5M2FNUZ -> Float8.e5m2fnuz(bytes.get(at));
      case FLOAT8_E8M0FNU -> Float8.e8m0fnu(bytes.get(at));
      case UINT64 -> unsigned(bytes.getLong(at));
      default -> whole(bytes, at, dtype);
    };
  }

  /** A whole number; an unsigned one of 64 bits as the same bits. */
  public static long whole(ByteBuffer bytes, int at, DType dtype) {
    return switch (dtype) {
      case INT64, UINT64 -> bytes.getLong(at);
      case INT32, QINT32 -> bytes.getInt(at);
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
      case INT16, QINT16 -> bytes.getShort(at);
      case UINT16, QUINT16 -> Short.toUnsignedLong(bytes.getShort(at));
      case INT8, QINT8 -> bytes.get(at);
      case UINT8, QUINT8, BOOL -> Byte.toUnsignedLong(bytes.get(at));
      default -> throw new IllegalArgumentException(dtype.torchName() + " is no whole number");
    };
  }

  /**
   * The rank of a float among those of its type: neighbours differ by 1, both zeros have 0. Of no
   * meaning for a NaN.
   */
  public static long rank(ByteBuffer bytes, int at, DType dtype) {
    return switch (dtype.bytes()) {
      case 8 -> ranked(bytes.getLong(at), Long.MAX_VALUE);
      case 4 -> ranked(bytes.getInt(at), Integer.MAX_VALUE);
      case 2 -> ranked(bytes.getShort(at), Short.MAX_VALUE);
      default ->
          dtype == DType.FLOAT8_E8M0FNU
              ? Byte.toUnsignedInt(bytes.get(at))
              : ranked(bytes.get(at), Byte.MAX_VALUE);
    };
  }

  /** From a sign and a magnitude. */
  private static long ranked(long bits, long magnitude) {
    return bits < 0 ? -(bits & magnitude) : bits;
  }

  /** An unsigned number of 64 bits as a double, rounded to nearest. */
  public static double unsigned(long bits) {
    return bits >= 0 ? bits : 2d * (bits >>> 1 | bits & 1);
  }
}
