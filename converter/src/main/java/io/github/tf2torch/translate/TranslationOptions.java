package io.github.tf2torch.translate;

/**
 * What a caller may choose about a torch program.
 *
 * @param className the root's class
 * @param channelsLastInputs images come in as TensorFlow takes them, NHWC
 * @param channelsLastOutputs outputs leave in TensorFlow's order
 * @param rules of the caller's own
 */
public record TranslationOptions(
    String className, boolean channelsLastInputs, boolean channelsLastOutputs, UserRules rules) {

  /** With the rules that ship alone. */
  public TranslationOptions(
      String className, boolean channelsLastInputs, boolean channelsLastOutputs) {
    this(className, channelsLastInputs, channelsLastOutputs, UserRules.none());
  }

  public static TranslationOptions defaults() {
    return new TranslationOptions("Model", false, false);
  }

  /** The same, with rules of the caller's own. */
  public TranslationOptions withRules(UserRules own) {
    return new TranslationOptions(className, channelsLastInputs, channelsLastOutputs, own);
  }
}
