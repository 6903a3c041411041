package io.github.tf2torch.read.torch;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;

/**
 * A tensor of a safetensors file.
 *
 * @param offset of its bytes in the file
 */
public record SafetensorsEntry(String name, DType dtype, Shape shape, long offset, long size) {}
