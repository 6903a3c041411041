package io.github.tf2torch.verify.reference;

/** TensorFlow's side of something in a Keras file is not known here. */
public final class MissingReference extends RuntimeException {
  private static final long serialVersionUID = 1;

  MissingReference(String what) {
    this(what, "record one with trace-script");
  }

  /**
   * @param instead what the user can do
   */
  MissingReference(String what, String instead) {
    super("no TensorFlow reference for " + what + "; " + instead);
  }
}
