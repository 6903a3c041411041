package io.github.tf2torch.verify.inputs;

import java.util.function.Supplier;

/**
 * The two seed attributes of a random operation, and the rules by which TensorFlow chooses them
 * where the caller gives a global seed only. Follows {@code tensorflow/python/framework/
 * random_seed.py}.
 */
public record OpSeed(long seed, long seed2) {
  private static final long MAX_INT = Integer.MAX_VALUE;

  /**
   * The operation's seed after {@code tf.random.set_seed(globalSeed)}, or in a graph after {@code
   * set_random_seed(globalSeed)}.
   */
  static OpSeed of(long globalSeed, long operationSeed) {
    long seed = Math.floorMod(globalSeed, MAX_INT);
    long seed2 = Math.floorMod(operationSeed, MAX_INT);
    // the kernel takes two zeros as a wish for other numbers each time
    return seed == 0 && seed2 == 0 ? new OpSeed(0, MAX_INT) : new OpSeed(seed, seed2);
  }

  /**
   * The {@code index}-th random operation without a seed of its own in a graph or a {@code
   * tf.function}. Files of TensorFlow 1 count every node instead: read {@code seed2} there.
   */
  public static OpSeed inGraph(long globalSeed, int index) {
    return of(globalSeed, index);
  }

  /** The seeds of eager operations, one after another, after {@code tf.random.set_seed}. */
  public static Supplier<OpSeed> eager(long globalSeed) {
    MersenneTwister python = MersenneTwister.python(globalSeed);
    return () -> of(globalSeed, python.pythonRandint(0, MAX_INT));
  }
}
