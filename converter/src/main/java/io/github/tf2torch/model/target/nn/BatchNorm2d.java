package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.tensor.DType;

/** {@code torch.nn.BatchNorm2d}: (N, C, H, W) to the same shape. */
public record BatchNorm2d(long numFeatures, float eps, float momentum, DType dtype)
    implements BatchNorm {
  @Override
  public String pythonClass() {
    return "nn.BatchNorm2d";
  }
}
