package io.github.tf2torch.verify.engine;

import java.util.List;
import java.util.Optional;

/** Gradients of one number; gone with {@link #close}. */
public interface ParameterGradients extends AutoCloseable {
  /** By input; empty for one that the number does not depend on. */
  List<Optional<TensorView>> inputs();

  /** Of a parameter; empty for one that the number does not depend on. */
  Optional<TensorView> parameter(String name);

  @Override
  void close();
}
