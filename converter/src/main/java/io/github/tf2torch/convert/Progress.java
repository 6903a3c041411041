package io.github.tf2torch.convert;

/** Hears what a long run is doing. Implementations must be cheap: called often. */
public interface Progress {
  /** Says that {@code done} of {@code total} parts of {@code what} are finished. */
  void step(String what, long done, long total);

  /** Hears nothing. */
  static Progress silent() {
    return (what, done, total) -> {};
  }
}
