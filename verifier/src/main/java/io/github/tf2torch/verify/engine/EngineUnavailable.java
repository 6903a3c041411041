package io.github.tf2torch.verify.engine;

/** An engine cannot be started on this machine: which, why, and what to do. */
public final class EngineUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineUnavailable(String message) {
    super(message);
  }

  public EngineUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
