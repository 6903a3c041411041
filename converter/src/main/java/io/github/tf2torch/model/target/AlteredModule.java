package io.github.tf2torch.model.target;

import java.util.List;

/** A module that is another one but for what it says otherwise: it holds the same tensors. */
public interface AlteredModule extends TorchModule {
  /** The module that it is else. */
  TorchModule like();

  @Override
  default List<Argument> constructor() {
    return like().constructor();
  }

  @Override
  default List<Slot> parameters() {
    return like().parameters();
  }

  @Override
  default List<Slot> buffers() {
    return like().buffers();
  }

  @Override
  default List<String> inputs() {
    return like().inputs();
  }

  @Override
  default int results() {
    return like().results();
  }
}
