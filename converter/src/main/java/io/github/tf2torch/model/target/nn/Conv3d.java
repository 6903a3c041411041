package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.tensor.DType;
import java.util.List;

/**
 * {@code torch.nn.Conv3d}: (N, C_in, D, H, W) to (N, C_out, D', H', W'). Weight (C_out, C_in /
 * groups, kD, kH, kW).
 */
public record Conv3d(
    long inChannels,
    long outChannels,
    List<Long> kernel,
    List<Long> stride,
    List<Long> padding,
    List<Long> dilation,
    long groups,
    boolean bias,
    DType dtype)
    implements Conv {
  public Conv3d {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }
}
