package io.github.tf2torch.verify.engine;

/** An engine has no gradient of what it computes. */
public final class MissingGradient extends EngineFailure {
  private static final long serialVersionUID = 1L;

  MissingGradient(String node, String op, Throwable cause) {
    super("TensorFlow has no gradient of " + node + " (" + op + ")", cause);
  }

  public MissingGradient(String message) {
    super(message);
  }

  MissingGradient(String message, Throwable cause) {
    super(message, cause);
  }
}
