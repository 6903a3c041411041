package io.github.tf2torch.verify.inputs;

import java.util.function.LongSupplier;

/**
 * The seeds that Keras 3 gives to layers and initializers without one of their own, in the order in
 * which they are made. Follows {@code keras/src/random/seed_generator.py}.
 */
public final class KerasSeeds {
  private static final long LARGEST = 1_000_000_000;

  private KerasSeeds() {}

  /** The seeds that follow {@code keras.utils.set_random_seed(seed)}. */
  public static LongSupplier after(long seed) {
    MersenneTwister python = MersenneTwister.python(seed);
    return () -> python.pythonRandint(1, LARGEST);
  }
}
