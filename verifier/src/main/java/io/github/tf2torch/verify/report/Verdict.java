package io.github.tf2torch.verify.report;

/** What a check, or a whole verification, comes to: in words, and as a command ends with it. */
public enum Verdict {
  MATCH("match", 0),
  DIFFER("differ", 1),
  NOT_CHECKED("not checked", 1),
  FAILED("failed", 5);

  private final String text;
  private final int exitStatus;

  Verdict(String text, int exitStatus) {
    this.text = text;
    this.exitStatus = exitStatus;
  }

  /** As {@code report.json} spells it. */
  public String text() {
    return text;
  }

  public int exitStatus() {
    return exitStatus;
  }
}
