package io.github.tf2torch.verify.subject;

import java.util.List;

/** What {@code --checks} and the report call each check. */
public final class CheckName {
  public static final String WEIGHTS = "weights";
  public static final String OUTPUTS = "outputs";
  public static final String LAYERS = "layers";
  public static final String GRADIENTS = "gradients";
  public static final String TRAINING = "training";
  public static final String BATCHNORM = "batchnorm";
  public static final String DROPOUT = "dropout";
  public static final String DETERMINISM = "determinism";

  /** All of them, in the order in which they run. */
  public static final List<String> ALL =
      List.of(WEIGHTS, OUTPUTS, LAYERS, GRADIENTS, TRAINING, BATCHNORM, DROPOUT, DETERMINISM);

  private CheckName() {}
}
