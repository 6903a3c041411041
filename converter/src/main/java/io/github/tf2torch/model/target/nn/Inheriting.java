package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/** A subclass of a module of PyTorch's: that module, but for what it says otherwise. */
interface Inheriting extends TorchModule {
  /** The module of PyTorch that it inherits from. */
  TorchModule like();

  @Override
  default String pythonBase() {
    return like().pythonClass();
  }

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
}
