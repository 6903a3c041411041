package io.github.tf2torch.translate.mapping;

/** Which variables are computed with before which, by the edges of a computation. */
interface Flow {
  /** Whether what is computed with {@code first} goes into what is computed with {@code second}. */
  boolean isBefore(String first, String second);

  static Flow unknown() {
    return (first, second) -> false;
  }
}
