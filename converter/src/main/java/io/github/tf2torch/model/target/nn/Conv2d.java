package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.tensor.DType;
import java.util.List;

/**
 * {@code torch.nn.Conv2d}: (N, C_in, H, W) to (N, C_out, H', W'). Weight (C_out, C_in / groups, kH,
 * kW).
 */
public record Conv2d(
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
  public Conv2d {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }
}
