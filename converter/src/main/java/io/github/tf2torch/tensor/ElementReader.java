package io.github.tf2torch.tensor;

import java.nio.ByteBuffer;

/**
 * Reads an element of a little-endian buffer as a double; exact but for whole numbers over 2^53.
 */
@FunctionalInterface
public interface ElementReader {
  /** The element whose first byte is at {@code index} of {@code bytes}, order little-endian. */
  double at(ByteBuffer bytes, int index);

  /** Whether elements of this type are real numbers of a fixed size. */
  static boolean reads(DType dtype) {
    return switch (dtype) {
      case STRING, RESOURCE, VARIANT, COMPLEX64, COMPLEX128 -> false;
      default -> dtype.bytes() > 0;
    };
  }

  static ElementReader of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> ByteBuffer::getFloat;
      case FLOAT64 -> ByteBuffer::getDouble;
      case FLOAT16 -> (b, i) -> Half.float16(b.getShort(i));
      case BFLOAT16 -> (b, i) -> Half.bfloat16(b.getShort(i));
      case INT64 -> ByteBuffer::getLong;
      case UINT64 -> (b, i) -> unsigned(b.getLong(i));
      case INT32, QINT32 -> ByteBuffer::getInt;
      case UINT32 -> (b, i) -> Integer.toUnsignedLong(b.getInt(i));
      case INT16, QINT16 -> ByteBuffer::getShort;
      case UINT16, QUINT16 -> (b, i) -> Short.toUnsignedInt(b.getShort(i));
      case INT8, QINT8 -> ByteBuffer::get;
      case UINT8, QUINT8, BOOL -> (b, i) -> Byte.toUnsignedInt(b.get(i));
      default -> throw new IllegalArgumentException(dtype.torchName() + " is no real number");
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
  }
}
