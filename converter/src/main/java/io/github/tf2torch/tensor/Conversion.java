package io.github.tf2torch.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Element-wise recipes of one tensor: another type, a factor, an amount. */
final class Conversion implements Elements {
  private static final int BLOCK_ELEMENTS = 1 << 18;

  private final Elements input;
  private final DType from;
  private final int toBytes;
  private final Block conversion;
  private final Workspace memory;
  private ByteBuffer in = Elements.buffer(0);

  /** Reads so many elements and writes as many. */
  private interface Block {
    void convert(ByteBuffer in, ByteBuffer out, int count);
  }

  /** Reads one element and writes one. */
  private interface Element {
    void convert(ByteBuffer in, ByteBuffer out);
  }

  private Conversion(Elements input, DType from, DType to, Block conversion, Workspace memory) {
    this.input = input;
    this.from = from;
    this.toBytes = to.bytes();
    this.conversion = conversion;
    this.memory = memory;
  }

  static Elements cast(Elements input, DType from, DType to, Workspace memory) {
    checkReal(from);
    checkReal(to);
    if (from == to) {
      return input;
    }
    return new Conversion(input, from, to, block(from, to), memory);
  }

  private static Block block(DType from, DType to) {
    if (from == DType.FLOAT32 && to == DType.BFLOAT16) {
      return Conversion::toBfloat16;
    }
    if (from == DType.FLOAT32 && to == DType.FLOAT16) {
      return Conversion::toFloat16;
    }
    if (from == DType.FLOAT32 && to == DType.FLOAT64) {
      return each((in, out) -> out.putDouble(in.getFloat()));
    }
    return from.isFloating()
        ? each((in, out) -> putReal(out, to, getReal(in, from)))
        : each((in, out) -> putWhole(out, to, getWhole(in, from), from == DType.UINT64));
  }

  static Elements scale(Elements input, DType dtype, double factor, Workspace memory) {
    checkFloating(dtype, "scaled");
    // TensorFlow would hold the factor in the tensor's own type, and so does a float32 product.
    Element element =
        dtype == DType.FLOAT32
            ? (in, out) -> out.putFloat(in.getFloat() * (float) factor)
            : (in, out) -> putReal(out, dtype, getReal(in, dtype) * factor);
    return new Conversion(input, dtype, dtype, each(element), memory);
  }

  static Elements shift(Elements input, DType dtype, double amount, Workspace memory) {
    checkFloating(dtype, "added to");
    Element element = (in, out) -> putReal(out, dtype, getReal(in, dtype) + amount);
    return new Conversion(input, dtype, dtype, each(element), memory);
  }

  static void checkFloating(DType dtype, String what) {
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(dtype.torchName() + " is not " + what);
    }
  }

  private static Block each(Element element) {
    return (in, out, count) -> {
      for (int i = 0; i < count; i++) {
        element.convert(in, out);
      }
    };
  }

  private static void toBfloat16(ByteBuffer in, ByteBuffer out, int count) {
    int to = out.position();
    for (int i = 0; i < count; i++) {
      out.putShort(to + 2 * i, Half.float32ToBfloat16(in.getInt(4 * i)));
    }
    out.position(to + 2 * count);
  }

  private static void toFloat16(ByteBuffer in, ByteBuffer out, int count) {
    int to = out.position();
    for (int i = 0; i < count; i++) {
      out.putShort(to + 2 * i, Half.float32ToFloat16(in.getInt(4 * i)));
    }
    out.position(to + 2 * count);
  }

  private static void checkReal(DType dtype) {
    switch (dtype) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, BOOL -> {}
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> {}
      default -> throw new IllegalArgumentException(dtype.torchName() + " is not cast");
    }
  }

  @Override
  public long boundary(long first, long most) {
    return input.boundary(first, most);
  }

  @Override
  public void read(long first, ByteBuffer target) throws IOException {
    long at = first;
    ByteBuffer out = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (out.hasRemaining()) {
      long most = Math.min(BLOCK_ELEMENTS, out.remaining() / toBytes);
      int count = (int) (input.boundary(at, most) - at);
      if (in.capacity() < count * from.bytes()) {
        in = memory.take((long) count * from.bytes());
      }
      in.clear().limit(count * from.bytes());
      input.read(at, in);
      conversion.convert(in.flip(), out, count);
      at += count;
    }
    target.position(out.position());
  }

  static double getReal(ByteBuffer in, DType dtype) {
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

  static void putReal(ByteBuffer out, DType dtype, double value) {
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
