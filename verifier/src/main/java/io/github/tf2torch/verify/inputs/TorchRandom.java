package io.github.tf2torch.verify.inputs;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;

/**
 * What PyTorch draws on a CPU after {@code torch.manual_seed}, one call after another: uniform and
 * whole numbers bit for bit, normal ones but for the last bits of its vectorised sine, cosine and
 * logarithm. Follows {@code aten/src/ATen/core/DistributionsHelper.h} and {@code
 * native/cpu/DistributionTemplates.h}.
 */
public final class TorchRandom {
  private static final long BITS_53 = (1L << 53) - 1;
  private static final double UNIT_53 = 0x1p-53;
  private static final int BITS_24 = (1 << 24) - 1;
  private static final float UNIT_24 = 0x1p-24f;

  /** Fewer normal numbers than this are drawn one by one, in double. */
  private static final int BLOCK = 16;

  private final MersenneTwister twister;
  private double second;
  private boolean hasSecond;

  private TorchRandom(MersenneTwister twister) {
    this.twister = twister;
  }

  /** The default generator after {@code torch.manual_seed(seed)}. */
  public static TorchRandom manualSeed(long seed) {
    return new TorchRandom(MersenneTwister.torch(seed));
  }

  /** {@code torch.rand(shape, dtype=dtype)} of float32 or float64. */
  public TensorValue rand(DType dtype, Shape shape) {
    return TensorValue.filled(
        dtype,
        shape,
        out -> {
          while (out.hasRemaining()) {
            switch (dtype) {
              case FLOAT32 -> out.putFloat(unitFloat());
              case FLOAT64 -> out.putDouble(unitDouble());
              default -> throw new IllegalArgumentException("no rand of " + dtype.torchName());
            }
          }
        });
  }

  /** {@code torch.empty(shape).uniform_(from, to)} of float32: one rounding. */
  public TensorValue uniform(Shape shape, float from, float to) {
    return TensorValue.filled(
        DType.FLOAT32,
        shape,
        out -> {
          while (out.hasRemaining()) {
            out.putFloat(Math.fma(unitFloat(), to - from, from));
          }
        });
  }

  /** {@code torch.randint(from, to, shape)}, of int64, for a range below 2^32. */
  public TensorValue randint(long from, long to, Shape shape) {
    long range = to - from;
    if (range < 1 || range > 0xffffffffL) {
      throw new IllegalArgumentException("randint(" + from + ", " + to + ")");
    }
    return TensorValue.filled(
        DType.INT64,
        shape,
        out -> {
          while (out.hasRemaining()) {
            out.putLong(from + Integer.toUnsignedLong(twister.nextBits()) % range);
          }
        });
  }

  /** {@code torch.randperm(count)}. */
  public TensorValue randperm(int count) {
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int i = 0; i < count - 1; i++) {
      int other = i + Integer.remainderUnsigned(twister.nextBits(), count - i);
      long held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
    return TensorValue.ofLongs(DType.INT64, Shape.of(count), order);
  }

  /**
   * What {@code F.dropout} keeps: {@code bernoulli_(1 - rate)}, drawn in double whatever the
   * input's type. Where PyTorch runs with MKL on an Intel processor it draws from MKL's generator
   * instead.
   */
  public TensorValue kept(Shape shape, double rate) {
    return TensorValue.filled(
        DType.BOOL,
        shape,
        out -> {
          while (out.hasRemaining()) {
            out.put((byte) (unitDouble() < 1 - rate ? 1 : 0));
          }
        });
  }

  /** {@code torch.randn(shape, dtype=dtype)} of float32 or float64. */
  public TensorValue randn(DType dtype, Shape shape) {
    int count = Math.toIntExact(shape.count());
    double[] values = count < BLOCK ? oneByOne(count) : inBlocks(dtype, count);
    return TensorValue.ofDoubles(dtype, shape, values);
  }

  private double[] oneByOne(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = nextNormal();
    }
    return values;
  }

  /** {@code normal_distribution<double>}: the second of a pair waits for the next call. */
  private double nextNormal() {
    if (hasSecond) {
      hasSecond = false;
      return second;
    }
    double u1 = unitDouble();
    double u2 = unitDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-u2));
    double angle = 2 * Math.PI * u1;
    second = radius * Math.sin(angle);
    hasSecond = true;
    return radius * Math.cos(angle);
  }

  /**
   * {@code normal_fill}: blocks of sixteen uniform numbers; a last one that is cut is drawn anew.
   */
  private double[] inBlocks(DType dtype, int count) {
    double[] values = new double[count];
    draw(dtype, values, 0, count);
    for (int at = 0; at < count - BLOCK + 1; at += BLOCK) {
      fill(dtype, values, at);
    }
    if (count % BLOCK != 0) {
      draw(dtype, values, count - BLOCK, count);
      fill(dtype, values, count - BLOCK);
    }
    return values;
  }

  private void draw(DType dtype, double[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] = dtype == DType.FLOAT64 ? unitDouble() : unitFloat();
    }
  }

  private static void fill(DType dtype, double[] values, int at) {
    for (int j = at; j < at + BLOCK / 2; j++) {
      double u1 = 1 - values[j];
      double u2 = values[j + BLOCK / 2];
      if (dtype == DType.FLOAT64) {
        double radius = Math.sqrt(-2 * Math.log(u1));
        double angle = 2 * Math.PI * u2;
        values[j] = radius * Math.cos(angle);
        values[j + BLOCK / 2] = radius * Math.sin(angle);
      } else {
        float radius = (float) Math.sqrt(-2f * (float) Math.log((float) u1));
        float angle = (float) (2 * Math.PI) * (float) u2;
        values[j] = radius * (float) Math.cos(angle);
        values[j + BLOCK / 2] = radius * (float) Math.sin(angle);
      }
    }
  }

  private float unitFloat() {
    return (twister.nextBits() & BITS_24) * UNIT_24;
  }

  private double unitDouble() {
    return (twister.nextLong() & BITS_53) * UNIT_53;
  }
}
