package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Node;
import java.util.Set;

/**
 * How a family of TensorFlow ops is said in PyTorch. Found by {@link java.util.ServiceLoader}: a
 * jar on the class path that names its rules in {@code
 * META-INF/services/io.github.tf2torch.rules.OpRule} adds them; a rule of a user's jar takes
 * precedence over one of the same op here.
 */
public interface OpRule {
  /** The ops as the graph names them. */
  Set<String> ops();

  /**
   * Says every output of the node by {@link OpContext#output}. Throws what {@link
   * OpContext#unsupported} returns where an attribute or input has no translation.
   */
  void translate(Node node, OpContext context);

  /** Which input {@code inputOrder} speaks of. */
  default int orderedInput(Node node) {
    return 0;
  }

  /** Which order of axes the op wants that input in. */
  default InputOrder inputOrder(Node node) {
    return InputOrder.TENSORFLOW;
  }

  /** What decides how an image that comes in is held. */
  enum InputOrder {
    /** A convolution, a pooling: needs channels before the spatial axes. */
    CHANNELS_FIRST,
    /** Elementwise and the like: takes any order, its users decide. */
    ANY,
    /** Needs TensorFlow's own order. */
    TENSORFLOW
  }
}
