package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.model.target.TorchModule;
import java.util.List;

/** A batch normalization of TensorFlow's that is PyTorch's own but for its forward. */
sealed interface BatchNormVariant extends TorchModule permits BiasedBatchNorm, FrozenBatchNorm {
  /** The module of PyTorch that it inherits from. */
  BatchNorm like();

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
