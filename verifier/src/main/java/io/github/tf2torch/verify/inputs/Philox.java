package io.github.tf2torch.verify.inputs;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * TensorFlow's random numbers on a CPU: Philox4x32-10 and the distributions over it, bit for bit.
 * Follows {@code tensorflow/core/lib/random/philox_random.h} and {@code random_distributions.h}.
 */
public final class Philox {
  private static final int ROUNDS = 10;

  /** What one operation reserves of the stream, in counters an element, when it is run again. */
  private static final long RESERVED_BY_ELEMENT = 256;

  private final long key;
  private final long high;
  private long low;
  private final int[] block = new int[4];
  private int used = 4;

  private Philox(long key, long high, long low) {
    this.key = key;
    this.high = high;
    this.low = low;
  }

  /** The numbers of an operation with these seed attributes, on its first run. */
  public static Philox of(OpSeed seed) {
    return ofRun(seed, 0, 0);
  }

  /**
   * The numbers of a later run of one operation in one session.
   *
   * @param run 0 for the first
   * @param count elements that each run gives
   */
  public static Philox ofRun(OpSeed seed, long run, long count) {
    long reserved = Math.multiplyExact(count, RESERVED_BY_ELEMENT);
    return new Philox(seed.seed(), seed.seed2(), Math.multiplyExact(run, reserved));
  }

  /** {@code RandomUniform} of float32 in [0, 1). */
  public TensorValue uniformFloat32(Shape shape) {
    ByteBuffer out = allocate(DType.FLOAT32, shape);
    while (out.hasRemaining()) {
      out.putFloat(Float.intBitsToFloat(next() & 0x7fffff | 0x3f800000) - 1);
    }
    return new TensorValue(DType.FLOAT32, shape, out.array());
  }

  /** {@code tf.random.uniform} of float32 in [low, high). */
  public TensorValue uniformFloat32(Shape shape, float from, float to) {
    TensorValue unit = uniformFloat32(shape);
    ByteBuffer in = unit.bytes();
    ByteBuffer out = allocate(DType.FLOAT32, shape);
    while (out.hasRemaining()) {
      out.putFloat(in.getFloat() * (to - from) + from);
    }
    return new TensorValue(DType.FLOAT32, shape, out.array());
  }

  /** {@code RandomUniform} of float64 in [0, 1). */
  public TensorValue uniformFloat64(Shape shape) {
    ByteBuffer out = allocate(DType.FLOAT64, shape);
    while (out.hasRemaining()) {
      long upper = next() & 0xfffffL;
      long lower = Integer.toUnsignedLong(next());
      out.putDouble(Double.longBitsToDouble(upper << 32 | lower | 1023L << 52) - 1);
    }
    return new TensorValue(DType.FLOAT64, shape, out.array());
  }

  /** {@code RandomUniformInt} of int32 in [from, to). */
  public TensorValue uniformInt32(Shape shape, int from, int to) {
    requireRange(from, to);
    int range = to - from;
    ByteBuffer out = allocate(DType.INT32, shape);
    while (out.hasRemaining()) {
      out.putInt(from + Integer.remainderUnsigned(next(), range));
    }
    return new TensorValue(DType.INT32, shape, out.array());
  }

  /** {@code RandomUniformInt} of int64 in [from, to). */
  public TensorValue uniformInt64(Shape shape, long from, long to) {
    requireRange(from, to);
    long range = to - from;
    ByteBuffer out = allocate(DType.INT64, shape);
    while (out.hasRemaining()) {
      long bits = Integer.toUnsignedLong(next()) | (long) next() << 32;
      out.putLong(from + Long.remainderUnsigned(bits, range));
    }
    return new TensorValue(DType.INT64, shape, out.array());
  }

  private static void requireRange(long from, long to) {
    if (from >= to) {
      throw new IllegalArgumentException("nothing lies in [" + from + ", " + to + ")");
    }
  }

  private static ByteBuffer allocate(DType dtype, Shape shape) {
    int bytes = Math.toIntExact(Math.multiplyExact(shape.count(), (long) dtype.bytes()));
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int next() {
    if (used == 4) {
      generate();
      used = 0;
    }
    return block[used++];
  }

  private void generate() {
    int c0 = (int) low;
    int c1 = (int) (low >>> 32);
    int c2 = (int) high;
    int c3 = (int) (high >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = 0xD2511F53L * Integer.toUnsignedLong(c0);
      long p1 = 0xCD9E8D57L * Integer.toUnsignedLong(c2);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    block[0] = c0;
    block[1] = c1;
    block[2] = c2;
    block[3] = c3;
    low++;
  }
}
