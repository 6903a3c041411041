package io.github.tf2torch.verify.check;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What to verify, and how.
 *
 * @param source what TensorFlow wrote
 * @param directory what the conversion wrote
 * @param inputs a .npy or .npz file in TensorFlow's order; drawn from the seed where empty
 * @param batch extent of a free first axis of drawn inputs
 * @param size extent of other free axes
 * @param checks names of the checks to run
 * @param tolerance bound on the float32 difference relative to TensorFlow's largest value
 */
public record VerifyRequest(
    Path source,
    Path directory,
    long seed,
    Optional<Path> inputs,
    long batch,
    long size,
    Set<String> checks,
    double tolerance,
    int threads) {
  public VerifyRequest {
    checks = Set.copyOf(checks);
  }
}
