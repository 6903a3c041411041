package io.github.tf2torch.read.torch;

import io.github.tf2torch.tensor.DType;

/**
 * The bytes behind one or more tensors.
 *
 * @param key by which the file knows it
 * @param dtype of its elements; uint8 where they have none of their own
 * @param isUntyped whether each tensor says what the bytes are
 */
record TorchStorage(String key, DType dtype, boolean isUntyped, long count) {
  long bytes() {
    return count * dtype.bytes();
  }
}
