package io.github.tf2torch.verify.engine;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;

/** A value of a graph that is being built, as TensorFlow's own shape inference knows it. */
public record SymbolicTensor(Endpoint endpoint, DType dtype, Shape shape) {
  public int rank() {
    return shape.rank();
  }

  /** The extent of an axis; negative ones count from the end. */
  public long extent(int axis) {
    return shape.dim(axis < 0 ? axis + rank() : axis);
  }
}
