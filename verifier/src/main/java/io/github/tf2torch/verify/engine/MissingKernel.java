package io.github.tf2torch.verify.engine;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * TensorFlow has no kernel on the CPU for what a graph asks, such as a convolution of channels
 * first; the graph itself is sound, and runs on another device.
 */
public final class MissingKernel extends EngineFailure {
  private static final long serialVersionUID = 1L;

  private static final Pattern SAID =
      Pattern.compile(
          "No OpKernel was registered|only supports? .* on the CPU|supported on the CPU|NCHW.* on"
              + " (the )?CPU|does not support .* on CPU",
          Pattern.CASE_INSENSITIVE);

  private MissingKernel(String said, Throwable cause) {
    super(
        "TensorFlow on the CPU has no kernel for this graph ("
            + said
            + "); run it where TensorFlow has one, record that by tf2torch trace-script, and give"
            + " the recording to verify --trace",
        cause);
  }

  /** Where that is what TensorFlow says. */
  static Optional<EngineFailure> of(RuntimeException e) {
    String said = String.valueOf(e.getMessage());
    return SAID.matcher(said).find()
        ? Optional.of(new MissingKernel(said.lines().findFirst().orElse(""), e))
        : Optional.empty();
  }
}
