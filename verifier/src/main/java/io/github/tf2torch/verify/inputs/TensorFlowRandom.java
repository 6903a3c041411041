package io.github.tf2torch.verify.inputs;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.ByteBuffer;

/**
 * What TensorFlow's random operations draw on a CPU: whole numbers and uniform ones bit for bit,
 * normal ones but for the last bits of the C library's sine, cosine and logarithm. Follows {@code
 * tensorflow/core/lib/random/random_distributions.h}.
 */
public final class TensorFlowRandom {
  /** Words that an operation reserves for an element, taken or not. */
  private static final long RESERVED = 256;

  private static final int WORDS_A_BLOCK = 4;

  private static final long KERAS_SEEDS = Integer.MAX_VALUE - 1L;

  private final Philox philox;

  private TensorFlowRandom(Philox philox) {
    this.philox = philox;
  }

  /** The numbers of an operation with these seed attributes, on its first run. */
  public static TensorFlowRandom of(OpSeed seed) {
    return new TensorFlowRandom(Philox.of(seed));
  }

  /**
   * The numbers of a later run of one operation in one session.
   *
   * @param run 0 for the first
   * @param count elements that each run gives
   */
  public static TensorFlowRandom ofRun(OpSeed seed, long run, long count) {
    long reserved = Math.multiplyExact(count, RESERVED);
    return new TensorFlowRandom(Philox.of(seed).later(Math.multiplyExact(run, reserved)));
  }

  /** The numbers of {@code tf.random.stateless_*(seed=[a, b])}. */
  public static TensorFlowRandom stateless(long a, long b) {
    return new TensorFlowRandom(Philox.stateless(a, b));
  }

  /**
   * The numbers of the {@code draw}-th use, from 0, of {@code keras.random.SeedGenerator(seed)}; of
   * an initializer with a seed of its own, draw 0 every time.
   */
  public static TensorFlowRandom seedGenerator(long seed, long draw) {
    // keras/src/backend/tensorflow/random.py, _cast_seed: XLA takes seeds of 32 bits
    return stateless(Math.floorMod(seed, KERAS_SEEDS), Math.floorMod(draw, KERAS_SEEDS));
  }

  /** {@code RandomUniform} in [0, 1), of any floating type. */
  public TensorValue uniform(DType dtype, Shape shape) {
    return TensorValue.filled(
        dtype,
        shape,
        out -> {
          while (out.hasRemaining()) {
            switch (dtype) {
              case FLOAT32 -> out.putFloat(unitFloat(philox));
              case FLOAT64 -> out.putDouble(unitDouble(philox));
              // a mantissa of random bits on an exponent of one, less one: exact in both types
              case FLOAT16 -> out.putShort(half((philox.next() & 0x3ff) / 1024f));
              case BFLOAT16 -> out.putShort(brain((philox.next() & 0x7f) / 128f));
              default -> throw new IllegalArgumentException("no uniform " + dtype.torchName());
            }
          }
        });
  }

  /** {@code tf.random.uniform} of float32 in [from, to). */
  public TensorValue uniform(Shape shape, float from, float to) {
    return floats(shape, () -> unitFloat(philox) * (to - from) + from);
  }

  /** {@code RandomUniformInt} of int32 in [from, to). */
  public TensorValue uniformInt32(Shape shape, int from, int to) {
    requireRange(from, to);
    return TensorValue.filled(
        DType.INT32,
        shape,
        out -> {
          while (out.hasRemaining()) {
            out.putInt(from + Integer.remainderUnsigned(philox.next(), to - from));
          }
        });
  }

  /** {@code RandomUniformInt} of int64 in [from, to). */
  public TensorValue uniformInt64(Shape shape, long from, long to) {
    requireRange(from, to);
    return TensorValue.filled(
        DType.INT64,
        shape,
        out -> {
          while (out.hasRemaining()) {
            long bits = Integer.toUnsignedLong(philox.next()) | (long) philox.next() << 32;
            out.putLong(from + Long.remainderUnsigned(bits, to - from));
          }
        });
  }

  /** {@code RandomStandardNormal} of float32 or float64. */
  public TensorValue normal(DType dtype, Shape shape) {
    return pairs(dtype, shape, new BoxMuller(philox));
  }

  /**
   * {@code TruncatedNormal} of float32 or float64: what lies two deviations out is drawn again,
   * each group that one block gives from a stream of its own.
   */
  public TensorValue truncatedNormal(DType dtype, Shape shape) {
    int group = dtype == DType.FLOAT64 ? 2 : 4;
    return TensorValue.filled(
        dtype,
        shape,
        out -> {
          for (long start = 0; out.hasRemaining(); start += group * RESERVED / WORDS_A_BLOCK) {
            BoxMuller normals = new BoxMuller(philox.later(start));
            for (int kept = 0; kept < group && out.hasRemaining(); ) {
              double drawn = normals.next(dtype);
              if (Math.abs(drawn) < 2) {
                put(out, dtype, drawn);
                kept++;
              }
            }
          }
        });
  }

  /**
   * What {@code tf.nn.dropout} and Keras's {@code Dropout} keep: the uniform number drawn is not
   * below the rate. TensorFlow draws in the type of the input, so that a float64 run has another
   * mask.
   *
   * @param shape of the noise: 1 along an axis that is dropped whole
   */
  public TensorValue kept(DType dtype, Shape shape, double rate) {
    TensorValue drawn = uniform(dtype, shape);
    double held =
        dtype == DType.FLOAT64 ? rate : TensorValue.ofDoubles(dtype, Shape.of(1), rate).doubleAt(0);
    return TensorValue.filled(
        DType.BOOL,
        shape,
        out -> {
          for (long i = 0; i < shape.count(); i++) {
            out.put((byte) (drawn.doubleAt(i) >= held ? 1 : 0));
          }
        });
  }

  private interface FloatSource {
    float next();
  }

  private static TensorValue floats(Shape shape, FloatSource source) {
    return TensorValue.filled(
        DType.FLOAT32,
        shape,
        out -> {
          while (out.hasRemaining()) {
            out.putFloat(source.next());
          }
        });
  }

  private static TensorValue pairs(DType dtype, Shape shape, BoxMuller normals) {
    return TensorValue.filled(
        dtype,
        shape,
        out -> {
          while (out.hasRemaining()) {
            put(out, dtype, normals.next(dtype));
          }
        });
  }

  private static void put(ByteBuffer out, DType dtype, double value) {
    switch (dtype) {
      case FLOAT32 -> out.putFloat((float) value);
      case FLOAT64 -> out.putDouble(value);
      default -> throw new IllegalArgumentException("no normal " + dtype.torchName());
    }
  }

  static float unitFloat(Philox philox) {
    return Float.intBitsToFloat(philox.next() & 0x7fffff | 0x3f800000) - 1;
  }

  static double unitDouble(Philox philox) {
    long upper = philox.next() & 0xfffffL;
    long lower = Integer.toUnsignedLong(philox.next());
    return Double.longBitsToDouble(upper << 32 | lower | 1023L << 52) - 1;
  }

  private static short half(float value) {
    return TensorValue.ofDoubles(DType.FLOAT16, Shape.of(1), value).bytes().getShort();
  }

  private static short brain(float value) {
    return TensorValue.ofDoubles(DType.BFLOAT16, Shape.of(1), value).bytes().getShort();
  }

  private static void requireRange(long from, long to) {
    if (from >= to) {
      throw new IllegalArgumentException("nothing lies in [" + from + ", " + to + ")");
    }
  }
}
