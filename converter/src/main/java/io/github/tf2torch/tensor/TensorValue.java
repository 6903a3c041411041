package io.github.tf2torch.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * A tensor held in memory, or mapped into it, little-endian and row-major: a graph's constant.
 * Immutable.
 */
public final class TensorValue {
  private final DType dtype;
  private final Shape shape;
  private final ByteBuffer bytes;

  public TensorValue(DType dtype, Shape shape, byte[] littleEndian) {
    if (littleEndian.length != Math.multiplyExact(shape.count(), (long) dtype.bytes())) {
      throw new IllegalArgumentException(
          littleEndian.length + " bytes do not make a " + dtype.torchName() + " of shape " + shape);
    }
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = ByteBuffer.wrap(littleEndian.clone()).asReadOnlyBuffer();
  }

  private TensorValue(DType dtype, Shape shape, ByteBuffer bytes) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes;
  }

  /**
   * A tensor of bytes that are not copied and must not change: part of a mapped file.
   *
   * @param littleEndian from its position to its limit
   */
  public static TensorValue view(DType dtype, Shape shape, ByteBuffer littleEndian) {
    if (littleEndian.remaining() != Math.multiplyExact(shape.count(), (long) dtype.bytes())) {
      throw new IllegalArgumentException(
          littleEndian.remaining()
              + " bytes do not make a "
              + dtype.torchName()
              + " of shape "
              + shape);
    }
    return new TensorValue(dtype, shape, littleEndian.slice().asReadOnlyBuffer());
  }

  /** A tensor whose bytes {@code fill} puts in place, so that a large one is never held twice. */
  public static TensorValue filled(DType dtype, Shape shape, Consumer<ByteBuffer> fill) {
    ByteBuffer out = allocate(dtype, shape);
    fill.accept(out);
    return new TensorValue(dtype, shape, out.clear().asReadOnlyBuffer());
  }

  public static TensorValue ofLongs(DType dtype, Shape shape, long... values) {
    requireCount(shape, values.length);
    return filled(
        dtype,
        shape,
        out -> {
          for (long value : values) {
            put(out, dtype, value, value);
          }
        });
  }

  public static TensorValue ofDoubles(DType dtype, Shape shape, double... values) {
    requireCount(shape, values.length);
    return filled(
        dtype,
        shape,
        out -> {
          for (double value : values) {
            put(out, dtype, value, (long) value);
          }
        });
  }

  private static void requireCount(Shape shape, int values) {
    if (values != shape.count()) {
      throw new IllegalArgumentException(values + " values do not make a shape of " + shape);
    }
  }

  private static ByteBuffer allocate(DType dtype, Shape shape) {
    int size = Math.toIntExact(Math.multiplyExact(shape.count(), (long) dtype.bytes()));
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void put(ByteBuffer out, DType dtype, double real, long whole) {
    switch (dtype) {
      case FLOAT32 -> out.putFloat((float) real);
      case FLOAT64 -> out.putDouble(real);
      case FLOAT16 -> out.putShort(Half.toFloat16(real));
      case BFLOAT16 -> out.putShort(Half.toBfloat16(real));
      case INT64, UINT64 -> out.putLong(whole);
      case INT32, UINT32 -> out.putInt((int) whole);
      case INT16, UINT16 -> out.putShort((short) whole);
      case INT8, UINT8 -> out.put((byte) whole);
      case BOOL -> out.put((byte) (whole != 0 ? 1 : 0));
      default -> throw new IllegalArgumentException("no constant of type " + dtype.torchName());
    }
  }

  public DType dtype() {
    return dtype;
  }

  public Shape shape() {
    return shape;
  }

  /** The elements, little-endian, as a fresh read-only view. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  public long longAt(long index) {
    ByteBuffer b = bytes();
    int at = Math.toIntExact(index * dtype.bytes());
    return switch (dtype) {
      case INT64, UINT64 -> b.getLong(at);
      case INT32 -> b.getInt(at);
      case UINT32 -> Integer.toUnsignedLong(b.getInt(at));
      case INT16 -> b.getShort(at);
      case UINT16 -> Short.toUnsignedInt(b.getShort(at));
      case INT8 -> b.get(at);
      case UINT8, BOOL -> Byte.toUnsignedInt(b.get(at));
      default -> throw new IllegalArgumentException(dtype.torchName() + " is no whole number");
    };
  }

  public double doubleAt(long index) {
    ByteBuffer b = bytes();
    int at = Math.toIntExact(index * dtype.bytes());
    return switch (dtype) {
      case FLOAT32 -> b.getFloat(at);
      case FLOAT64 -> b.getDouble(at);
      case FLOAT16 -> Half.float16(b.getShort(at));
      case BFLOAT16 -> Half.bfloat16(b.getShort(at));
      default -> longAt(index);
    };
  }

  /** All elements as whole numbers, in row-major order. */
  public long[] longs() {
    long[] out = new long[Math.toIntExact(shape.count())];
    for (int i = 0; i < out.length; i++) {
      out[i] = longAt(i);
    }
    return out;
  }

  /** All elements widened to double, in row-major order. */
  public double[] doubles() {
    double[] out = new double[Math.toIntExact(shape.count())];
    if (dtype == DType.FLOAT64) {
      bytes().asDoubleBuffer().get(out);
    } else if (dtype == DType.FLOAT32) {
      FloatBuffer floats = bytes().asFloatBuffer();
      for (int i = 0; i < out.length; i++) {
        out[i] = floats.get(i);
      }
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = doubleAt(i);
      }
    }
    return out;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorValue t
        && dtype == t.dtype
        && shape.equals(t.shape)
        && bytes.equals(t.bytes);
  }

  /** Of the first elements alone: a frozen graph holds its weights as constants. */
  @Override
  public int hashCode() {
    ByteBuffer first = bytes.duplicate();
    first.limit(Math.min(first.limit(), 64));
    return first.hashCode() * 31 + shape.hashCode();
  }

  @Override
  public String toString() {
    return dtype.torchName() + shape;
  }
}
