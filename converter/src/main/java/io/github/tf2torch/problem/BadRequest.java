package io.github.tf2torch.problem;

/** The command or call itself is wrong: an option, a name that does not exist, a folder in use. */
public final class BadRequest extends Problem {
  private static final long serialVersionUID = 1L;

  public BadRequest(String message) {
    super(message);
  }

  public BadRequest(String message, Throwable cause) {
    super(message, cause);
  }
}
