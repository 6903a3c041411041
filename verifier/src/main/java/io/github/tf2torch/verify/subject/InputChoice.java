package io.github.tf2torch.verify.subject;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What both sides are given.
 *
 * @param seed of all that is drawn
 * @param file a .npy or .npz file in TensorFlow's order; drawn from the seed where empty
 * @param batch extent of a free first axis of drawn inputs
 * @param size extent of other free axes
 * @param trace what TensorFlow did elsewhere, recorded; its inputs are taken, and nothing is drawn
 */
public record InputChoice(
    long seed, Optional<Path> file, long batch, long size, Optional<Path> trace) {
  /** From a seed. */
  public static InputChoice drawn(long seed, long batch, long size) {
    return new InputChoice(seed, Optional.empty(), batch, size, Optional.empty());
  }

  /** The same with what a file holds. */
  public InputChoice withFile(Path chosen) {
    return new InputChoice(seed, Optional.of(chosen), batch, size, trace);
  }

  /** The same with what was recorded. */
  public InputChoice withTrace(Path recorded) {
    return new InputChoice(seed, file, batch, size, Optional.of(recorded));
  }

  /** The options that say so. */
  List<String> words() {
    if (trace.isPresent()) {
      return List.of("--trace", trace.get().toString());
    }
    return file.isPresent()
        ? List.of("--inputs", file.get().toString())
        : List.of("--seed", "" + seed, "--batch", "" + batch, "--size", "" + size);
  }
}
