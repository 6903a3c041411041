package io.github.tf2torch.verify.engine;

/** TensorFlow has no gradient of an operation, in its own registry or here. */
public final class MissingGradient extends EngineFailure {
  private static final long serialVersionUID = 1L;

  MissingGradient(String node, String op, Throwable cause) {
    super("TensorFlow has no gradient of " + node + " (" + op + ")", cause);
  }
}
