package io.github.tf2torch.problem;

/** A source file is missing, truncated or fails a checksum: file, place, found, expected. */
public final class DamagedFile extends Problem {
  private static final long serialVersionUID = 1L;

  public DamagedFile(String message) {
    super(message);
  }

  public DamagedFile(String message, Throwable cause) {
    super(message, cause);
  }
}
