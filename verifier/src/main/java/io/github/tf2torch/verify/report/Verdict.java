package io.github.tf2torch.verify.report;

/** What a check, or a whole verification, comes to. */
public enum Verdict {
  MATCH("match"),
  DIFFER("differ"),
  NOT_CHECKED("not checked"),
  FAILED("failed");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** As {@code report.json} spells it. */
  public String text() {
    return text;
  }
}
