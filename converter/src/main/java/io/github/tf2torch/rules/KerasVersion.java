package io.github.tf2torch.rules;

/**
 * The Keras that wrote a file, as far as layers of the same name have computed different things.
 *
 * @param major 1, 2 or 3; 1 where the file doesn't say, as the first ones don't
 * @param minor 0 where the file doesn't say
 * @param isOfTensorFlow whether it is {@code tf.keras}, which every Keras is from 2.4 on
 */
public record KerasVersion(int major, int minor, boolean isOfTensorFlow) {
  /** Reads {@code 2.2.4-tf}. */
  public static KerasVersion of(String text) {
    String[] parts = text.split("[.-]", -1);
    int major = number(parts, 0, 1);
    int minor = number(parts, 1, 0);
    boolean isOfTensorFlow = text.contains("-tf") || major > 2 || major == 2 && minor >= 4;
    return new KerasVersion(major, minor, isOfTensorFlow);
  }

  private static int number(String[] parts, int index, int otherwise) {
    return index < parts.length && parts[index].matches("\\d{1,4}")
        ? Integer.parseInt(parts[index])
        : otherwise;
  }
}
