package io.github.tf2torch.verify.reference;

/**
 * The Keras that wrote a file, as far as layers of the same name have computed different things.
 *
 * @param major 1, 2 or 3; 1 where the file doesn't say, as the first ones don't
 * @param isOfTensorFlow {@code tf.keras}, and every Keras from 2.4 on
 * @param isOfTheano whether Theano computed, whose convolutions turn kernels and pad otherwise
 */
record KerasVersion(int major, boolean isOfTensorFlow, boolean isOfTheano) {
  static KerasVersion of(String text, String backend) {
    String[] parts = text.split("[.-]", -1);
    int major = number(parts, 0, 1);
    return new KerasVersion(
        major,
        text.contains("-tf") || major > 2 || major == 2 && number(parts, 1, 0) >= 4,
        backend.equals("theano"));
  }

  private static int number(String[] parts, int index, int otherwise) {
    return index < parts.length && parts[index].matches("\\d{1,4}")
        ? Integer.parseInt(parts[index])
        : otherwise;
  }
}
