package io.github.tf2torch.model.source;

import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Optional;

/** A named way to run a model: its inputs and outputs, in the file's order of their names. */
public record Signature(String name, List<Tensor> inputs, List<Tensor> outputs) {
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * @param key what the signature calls it: {@code images}
   * @param endpoint the tensor in the inlined graph
   * @param dims empty where even the rank is unknown
   */
  public record Tensor(String key, Endpoint endpoint, DType dtype, Optional<Dims> dims) {}
}
