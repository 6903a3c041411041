package io.github.tf2torch.verify.engine;

/**
 * An engine started, but refused a model or failed while it ran it; the message is the engine's.
 */
public sealed class EngineFailure extends RuntimeException
    permits FixedBatch, MissingGradient, MissingKernel {
  private static final long serialVersionUID = 1L;

  public EngineFailure(String message) {
    super(message);
  }

  public EngineFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
