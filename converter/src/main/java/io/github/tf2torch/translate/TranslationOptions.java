package io.github.tf2torch.translate;

/**
 * What a caller may choose about a torch program.
 *
 * @param className the root's class
 * @param channelsLastInputs images come in as TensorFlow takes them, NHWC
 * @param channelsLastOutputs outputs leave in TensorFlow's order
 */
public record TranslationOptions(
    String className, boolean channelsLastInputs, boolean channelsLastOutputs) {

  public static TranslationOptions defaults() {
    return new TranslationOptions("Model", false, false);
  }
}
