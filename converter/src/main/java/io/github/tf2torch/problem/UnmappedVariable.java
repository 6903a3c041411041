package io.github.tf2torch.problem;

/** Variables or targets without a match: all of them. */
public final class UnmappedVariable extends Problem {
  private static final long serialVersionUID = 1L;

  public UnmappedVariable(String message) {
    super(message);
  }

  public UnmappedVariable(String message, Throwable cause) {
    super(message, cause);
  }
}
