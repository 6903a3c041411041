package io.github.tf2torch.problem;

/** Operations or layers without a rule: all of them, with where to add one. */
public final class UnsupportedOperation extends Problem {
  private static final long serialVersionUID = 1L;

  public UnsupportedOperation(String message) {
    super(message);
  }

  public UnsupportedOperation(String message, Throwable cause) {
    super(message, cause);
  }
}
