package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.tensor.DType;

/** {@code torch.nn.BatchNorm3d}: (N, C, D, H, W) to the same shape. */
public record BatchNorm3d(long numFeatures, float eps, float momentum, DType dtype)
    implements BatchNorm {
  @Override
  public String pythonClass() {
    return "nn.BatchNorm3d";
  }
}
