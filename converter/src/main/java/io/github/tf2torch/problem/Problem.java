package io.github.tf2torch.problem;

/** A failure that a user can act on. The message says what, where and what to do. */
public abstract sealed class Problem extends RuntimeException
    permits DamagedFile, UnsupportedFile, UnsupportedOperation, UnmappedVariable, BadRequest {
  private static final long serialVersionUID = 1L;

  protected Problem(String message) {
    super(message);
  }

  protected Problem(String message, Throwable cause) {
    super(message, cause);
  }
}
