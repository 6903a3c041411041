package io.github.tf2torch.translate;

/** A node or layer that its rule can't say; collected, so that all are told together. */
final class NoTranslation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoTranslation(String what) {
    super(what);
  }
}
