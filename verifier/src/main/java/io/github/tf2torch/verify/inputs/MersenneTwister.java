package io.github.tf2torch.verify.inputs;

import java.math.BigInteger;

/**
 * MT19937, seeded as Python's {@code random.Random} seeds it, from which TensorFlow and Keras take
 * the seeds of their operations, or as {@code torch.manual_seed} does. Follows {@code
 * Modules/_randommodule.c} and {@code ATen/core/MT19937RNGEngine.h}.
 */
public final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int next = N;

  private MersenneTwister() {}

  /** {@code torch.manual_seed(seed)}: its lower 32 bits alone. */
  public static MersenneTwister torch(long seed) {
    MersenneTwister twister = new MersenneTwister();
    twister.fill((int) seed);
    return twister;
  }

  /** {@code random.Random(seed)}. */
  public static MersenneTwister python(long seed) {
    MersenneTwister twister = new MersenneTwister();
    twister.fillByArray(seed);
    return twister;
  }

  private void fillByArray(long seed) {
    BigInteger magnitude = BigInteger.valueOf(seed).abs();
    int[] key =
        magnitude.bitLength() > 32
            ? new int[] {magnitude.intValue(), magnitude.shiftRight(32).intValue()}
            : new int[] {magnitude.intValue()};
    fill(19650218);
    int i = 1;
    for (int k = 0; k < Math.max(N, key.length); k++) {
      int j = k % key.length;
      state[i] = (state[i] ^ mixed(i) * 1664525) + key[j] + j;
      i = advance(i);
    }
    for (int k = 0; k < N - 1; k++) {
      state[i] = (state[i] ^ mixed(i) * 1566083941) - i;
      i = advance(i);
    }
    state[0] = 0x80000000;
  }

  private void fill(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * mixed(i) + i;
    }
  }

  private int mixed(int i) {
    return state[i - 1] ^ state[i - 1] >>> 30;
  }

  private int advance(int i) {
    if (i + 1 < N) {
      return i + 1;
    }
    state[0] = state[N - 1];
    return 1;
  }

  /** {@code getrandbits(32)}. */
  public int nextBits() {
    if (next == N) {
      twist();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    return y ^ y >>> 18;
  }

  private void twist() {
    for (int i = 0; i < N; i++) {
      int y = state[i] & 0x80000000 | state[(i + 1) % N] & 0x7fffffff;
      state[i] = state[(i + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
    }
    next = 0;
  }

  /** Two draws, the first above. */
  public long nextLong() {
    return (long) nextBits() << 32 | Integer.toUnsignedLong(nextBits());
  }

  /**
   * {@code random.Random.randint(low, high)}, both ends in: as many upper bits as the range has,
   * drawn again where they lie beyond it.
   */
  public long pythonRandint(long low, long high) {
    long range = high - low + 1;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(range);
    if (range < 1 || bits > 32) {
      throw new IllegalArgumentException("randint(" + low + ", " + high + ")");
    }
    long drawn;
    do {
      drawn = Integer.toUnsignedLong(nextBits()) >>> 32 - bits;
    } while (drawn >= range);
    return low + drawn;
  }
}
