package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.AlteredModule;
import io.github.tf2torch.model.target.TorchModule;

/** A subclass of a module of PyTorch's: that module, but for what it says otherwise. */
interface Inheriting extends AlteredModule {
  /** The module of PyTorch that it inherits from. */
  @Override
  TorchModule like();

  @Override
  default String pythonBase() {
    return like().pythonClass();
  }
}
