package io.github.tf2torch.read.torch;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.StridedReader;
import java.util.List;

/**
 * A tensor as PyTorch keeps it: a view of a storage.
 *
 * @param strides elements from one index of an axis to the next
 * @param offset of the first element, in elements
 */
record TorchTensor(
    TorchStorage storage, DType dtype, Shape shape, List<Long> strides, long offset) {
  TorchTensor {
    strides = List.copyOf(strides);
  }

  boolean isRowMajor() {
    return StridedReader.isRowMajor(shape, strides);
  }

  long bytes() {
    return shape.count() * dtype.bytes();
  }
}
