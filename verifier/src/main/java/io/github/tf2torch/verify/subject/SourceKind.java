package io.github.tf2torch.verify.subject;

/** What a verification can be of, as far as checks tell them apart. */
public enum SourceKind {
  SAVED_MODEL("SavedModel"),
  META_GRAPH("training graph (.meta)"),
  FROZEN_GRAPH("frozen graph"),
  CHECKPOINT("checkpoint alone"),
  KERAS_FILE("Keras file");

  private final String text;

  SourceKind(String text) {
    this.text = text;
  }

  /** As people are told. */
  public String text() {
    return text;
  }
}
