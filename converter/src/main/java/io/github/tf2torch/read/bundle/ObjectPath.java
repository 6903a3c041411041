package io.github.tf2torch.read.bundle;

/** The path through objects that a key of an object-based checkpoint spells. */
public final class ObjectPath {
  private static final String ATTRIBUTES = "/.ATTRIBUTES/";

  private ObjectPath() {}

  /**
   * {@code layers/0/w} for {@code layers/0/w/.ATTRIBUTES/VARIABLE_VALUE}; a TF1 key is its own
   * path. Children's names are escaped there (python/checkpoint/trackable_view.py).
   */
  public static String of(String key) {
    int attribute = key.indexOf(ATTRIBUTES);
    return attribute < 0 ? key : key.substring(0, attribute).replace(".S", "/").replace("..", ".");
  }
}
