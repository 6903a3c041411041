package io.github.tf2torch.model.target.nn;

import io.github.tf2torch.tensor.DType;
import java.util.List;

/** {@code torch.nn.Conv1d}: (N, C_in, L) to (N, C_out, L'). Weight (C_out, C_in / groups, k). */
public record Conv1d(
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
  public Conv1d {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }
}
