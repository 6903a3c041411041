package io.github.tf2torch.model.source;

import java.util.List;

/**
 * A model as Keras configures it.
 *
 * @param root the model itself, a layer of layers
 * @param inputs of a functional model; empty for others
 * @param outputs of a functional model; empty for others
 * @param training loss, metrics and optimizer as stored; {@link Config.Absent} where not compiled
 * @param version of the Keras that wrote it, {@code 2.2.4-tf}; empty where the file doesn't say, as
 *     the first ones don't
 * @param backend that it ran on, {@code tensorflow} or {@code theano}; empty where the file doesn't
 *     say. Theano's convolutions turn their kernels by half a circle, and files keep them as they
 *     are.
 */
public record KerasModel(
    Layer root,
    List<Layer.Tensor> inputs,
    List<Layer.Tensor> outputs,
    Config training,
    String version,
    String backend) {
  public KerasModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
