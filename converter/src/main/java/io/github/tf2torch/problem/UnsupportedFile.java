package io.github.tf2torch.problem;

/** A source file uses a feature of its format that is not supported: which feature, which file. */
public final class UnsupportedFile extends Problem {
  private static final long serialVersionUID = 1L;

  public UnsupportedFile(String message) {
    super(message);
  }

  public UnsupportedFile(String message, Throwable cause) {
    super(message, cause);
  }
}
