package io.github.tf2torch.model.source;

import java.util.List;

/**
 * A model as Keras configures it.
 *
 * @param root the model itself, a layer of layers
 * @param inputs of a functional model; empty for others
 * @param outputs of a functional model; empty for others
 * @param training loss, metrics and optimizer as stored; {@link Config.Absent} where not compiled
 */
public record KerasModel(
    Layer root, List<Layer.Tensor> inputs, List<Layer.Tensor> outputs, Config training) {
  public KerasModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
