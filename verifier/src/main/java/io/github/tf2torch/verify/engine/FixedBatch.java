package io.github.tf2torch.verify.engine;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * TensorFlow does not run a graph on what it is given, for it was written for a batch of one size:
 * its loss divides by that, or lays results out by it.
 */
public final class FixedBatch extends EngineFailure {
  private static final long serialVersionUID = 1L;

  private static final Pattern SAID =
      Pattern.compile(
          "Incompatible shapes|must have the same (size|shape|first dimension)"
              + "|but the requested shape has|Dimensions of inputs should match|must be equal in size",
          Pattern.CASE_INSENSITIVE);

  private FixedBatch(String said, Throwable cause) {
    super(
        "TensorFlow does not run it on a batch of this size ("
            + said
            + "); give the size that it was written for by --batch",
        cause);
  }

  /** Where that is what TensorFlow says. */
  static Optional<EngineFailure> of(RuntimeException e) {
    String said = String.valueOf(e.getMessage());
    return SAID.matcher(said).find()
        ? Optional.of(new FixedBatch(said.lines().findFirst().orElse(""), e))
        : Optional.empty();
  }
}
