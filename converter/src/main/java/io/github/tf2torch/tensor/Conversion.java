package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Element-wise recipes: another type, a factor. */
final class Conversion implements Elements {
  private static final int BLOCK_ELEMENTS = 1 << 14;

  private final Elements input;
  private final DType from;
  private final Element element;
  private final int toBytes;

  /** Reads one element and writes one. */
  private interface Element {
    void convert(ByteBuffer in, ByteBuffer out);
  }

  private Conversion(Elements input, DType from, int toBytes, Element element) {
    this.input = input;
    this.from = from;
    this.toBytes = toBytes;
    this.element = element;
  }

  static Elements cast(Elements input, DType from, DType to) {
    checkReal(from);
    checkReal(to);
    if (from == to) {
      return input;
    }
    if (from == DType.FLOAT32 && to == DType.FLOAT64) {
      return new Conversion(input, from, 8, (in, out) -> out.putDouble(in.getFloat()));
    }
    Element element =
        from.isFloating()
            ? (in, out) -> putReal(out, to, getReal(in, from))
            : (in, out) -> putWhole(out, to, getWhole(in, from), from == DType.UINT64);
    return new Conversion(input, from, to.bytes(), element);
  }

  static Elements scale(Elements input, DType dtype, double factor) {
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(dtype.torchName() + " is not scaled");
    }
    // TensorFlow would hold the factor in the tensor's own type, and so does a float32 product.
    Element element =
        dtype == DType.FLOAT32
            ? (in, out) -> out.putFloat(in.getFloat() * (float) factor)
            : (in, out) -> putReal(out, dtype, getReal(in, dtype) * factor);
    return new Conversion(input, dtype, dtype.bytes(), element);
  }

  private static void checkReal(DType dtype) {
    switch (dtype) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, BOOL -> {}
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> {}
      default -> throw new IllegalArgumentException(dtype.torchName() + " is not cast");
    }
  }

  @Override
  public void read(long first, ByteBuffer target) throws IOException {
    long at = first;
    ByteBuffer in = Elements.buffer((long) BLOCK_ELEMENTS * from.bytes());
    while (target.hasRemaining()) {
      int count = Math.min(BLOCK_ELEMENTS, target.remaining() / toBytes);
      in.clear().limit(count * from.bytes());
      input.read(at, in);
      in.flip();
      for (int i = 0; i < count; i++) {
        element.convert(in, target);
      }
      at += count;
    }
  }

  private static double getReal(ByteBuffer in, DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> in.getFloat();
      case FLOAT64 -> in.getDouble();
      case FLOAT16 -> Half.float16(in.getShort());
      case BFLOAT16 -> Half.bfloat16(in.getShort());
      default -> throw new AssertionError(dtype);
    };
  }

  private static long getWhole(ByteBuffer in, DType dtype) {
    return switch (dtype) {
      case INT64, UINT64 -> in.getLong();
      case INT32 -> in.getInt();
      case UINT32 -> Integer.toUnsignedLong(in.getInt());
      case INT16 -> in.getShort();
      case UINT16 -> Short.toUnsignedLong(in.getShort());
      case INT8 -> in.get();
      case UINT8 -> Byte.toUnsignedLong(in.get());
      case BOOL -> in.get() != 0 ? 1 : 0;
      default -> throw new AssertionError(dtype);
    };
  }

  private static void putReal(ByteBuffer out, DType dtype, double value) {
    switch (dtype) {
      case FLOAT32 -> out.putFloat((float) value);
      case FLOAT64 -> out.putDouble(value);
      case FLOAT16 -> out.putShort(Half.toFloat16(value));
      case BFLOAT16 -> out.putShort(Half.toBfloat16(value));
      case BOOL -> out.put((byte) (value != 0 ? 1 : 0));
      case UINT64 ->
          out.putLong(value >= 0x1p63 ? (long) (value - 0x1p63) + Long.MIN_VALUE : (long) value);
      default -> putWhole(out, dtype, (long) value, false);
    }
  }

  private static void putWhole(ByteBuffer out, DType dtype, long value, boolean isUnsigned) {
    switch (dtype) {
      case INT64, UINT64 -> out.putLong(value);
      case INT32, UINT32 -> out.putInt((int) value);
      case INT16, UINT16 -> out.putShort((short) value);
      case INT8, UINT8 -> out.put((byte) value);
      case BOOL -> out.put((byte) (value != 0 ? 1 : 0));
      case FLOAT32 -> out.putFloat(isUnsigned && value < 0 ? 2f * halved(value) : (float) value);
      default -> putReal(out, dtype, isUnsigned && value < 0 ? 2d * halved(value) : (double) value);
    }
  }

  /** Half of an unsigned number; the lost bit stays as the lowest, so that rounding sees it. */
  private static long halved(long value) {
    return (value >>> 1) | (value & 1);
  }
}
