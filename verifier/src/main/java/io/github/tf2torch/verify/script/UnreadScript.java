package io.github.tf2torch.verify.script;

/** The code of an archive is not understood, or depends on what only a run tells. */
public final class UnreadScript extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnreadScript(String message) {
    super(message);
  }
}
