package io.github.tf2torch.verify.inputs;

/**
 * Philox4x32-10: a key, a counter of 128 bits, and four words of 32 bits for each value of the
 * counter. Follows {@code tensorflow/core/lib/random/philox_random.h}.
 */
final class Philox {
  private static final int ROUNDS = 10;

  /** {@code stateless_random_ops.cc} scrambles the two seeds of the caller under this key. */
  private static final long SCRAMBLING_KEY = 0x02461e29_3ec8f720L;

  private final long key;
  private long high;
  private long low;
  private final int[] block = new int[4];
  private int used = 4;

  private Philox(long key, long high, long low) {
    this.key = key;
    this.high = high;
    this.low = low;
  }

  /** The stream of a stateful operation: its first seed is the key, its second counts above. */
  static Philox of(OpSeed seed) {
    return new Philox(seed.seed(), seed.seed2(), 0);
  }

  /** The stream of {@code tf.random.stateless_*(seed=[a, b])}. */
  static Philox stateless(long a, long b) {
    Philox scrambler = new Philox(SCRAMBLING_KEY, b, a);
    long key = scrambler.nextLong();
    return new Philox(key, scrambler.nextLong(), 0);
  }

  /** The same stream, {@code counters} blocks of four words later. */
  Philox later(long counters) {
    Philox later = new Philox(key, high, low + counters);
    if (Long.compareUnsigned(later.low, low) < 0) {
      later.high++;
    }
    return later;
  }

  /** The next word. */
  int next() {
    if (used == 4) {
      generate();
      used = 0;
    }
    return block[used++];
  }

  /** The next two words, the first below. */
  private long nextLong() {
    return Integer.toUnsignedLong(next()) | (long) next() << 32;
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
    if (++low == 0) {
      high++;
    }
  }
}
