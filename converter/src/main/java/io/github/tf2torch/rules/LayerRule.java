package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Layer;
import java.util.Set;

/**
 * How a family of Keras layers is said in PyTorch. Found by {@link java.util.ServiceLoader} as
 * {@link OpRule} is: a jar that names its rules in {@code
 * META-INF/services/io.github.tf2torch.rules.LayerRule} adds them, and a rule of a user's jar takes
 * precedence over one of the same class here.
 */
public interface LayerRule {
  /**
   * The classes as Keras's configurations name them, spellings of every version: {@code Conv2D}.
   */
  Set<String> layers();

  /**
   * Says every output of a call of the layer by {@link LayerContext#output}. Throws what {@link
   * LayerContext#unsupported} returns where a setting has no translation.
   */
  void translate(Layer layer, LayerContext context);

  /**
   * Whether the layer takes values in any order and answers them as they came, so that what follows
   * decides how an image that comes in is held. Of the TensorFlow ops that a rule applies it is
   * known.
   */
  default boolean isElementwise() {
    return false;
  }

  /**
   * Whether a mask goes through the layer as it came; of the first input where there are several.
   */
  default boolean passesMask() {
    return isElementwise();
  }
}
