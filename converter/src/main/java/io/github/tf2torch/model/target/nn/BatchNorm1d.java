package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.tensor.DType;

/** {@code torch.nn.BatchNorm1d}: (N, C) or (N, C, L) to the same shape. */
public record BatchNorm1d(long numFeatures, float eps, float momentum, DType dtype)
    implements BatchNorm {
  @Override
  public String pythonClass() {
    return "nn.BatchNorm1d";
  }
}
