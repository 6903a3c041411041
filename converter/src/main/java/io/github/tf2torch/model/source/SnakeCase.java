package io.github.tf2torch.model.source;

import java.util.Locale;

/**
 * Keras's name for something of a class: {@code to_snake_case} in {@code
 * keras/src/utils/naming.py}.
 */
public final class SnakeCase {
  private SnakeCase() {}

  public static String of(String className) {
    return className
        .replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** The class that a name with a number is made of: {@code conv2d} of {@code conv2d_1}. */
  public static String withoutNumber(String name) {
    return name.replaceFirst("_\\d+$", "");
  }
}
