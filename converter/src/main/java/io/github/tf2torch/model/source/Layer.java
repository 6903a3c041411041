package io.github.tf2torch.model.source;

import java.util.List;
import java.util.Optional;

/**
 * A Keras layer as its file describes it, or a whole model, whose parts are {@code layers}.
 *
 * @param className as the file spells it, without package: {@code Conv2D}, {@code Functional}
 * @param config the layer's own configuration, as stored
 * @param calls one for each time that it is called in the model that it is part of; the tensors
 *     that go in, in order; empty in a Sequential, where the layer before feeds it
 * @param weights names of its variables in the order of Keras's {@code layer.weights}, without
 *     those of {@code layers}
 * @param layers parts of a nested model, wrapper or stack of cells, in the file's order
 * @param registered the full name of a class that is not Keras's own, {@code sample>Gate}: one of
 *     Keras may have the same {@code className}
 */
public record Layer(
    String className,
    String name,
    Config config,
    List<Call> calls,
    List<String> weights,
    List<Layer> layers,
    Optional<String> registered) {
  public Layer {
    calls = List.copyOf(calls);
    weights = List.copyOf(weights);
    layers = List.copyOf(layers);
  }

  /** One of Keras's own. */
  public Layer(
      String className,
      String name,
      Config config,
      List<Call> calls,
      List<String> weights,
      List<Layer> layers) {
    this(className, name, config, calls, weights, layers, Optional.empty());
  }

  /**
   * One use of a layer.
   *
   * @param inputs tensors, of layers of the same model
   * @param positional arguments as Keras 3 stores them, tensors in its own notation and numbers
   *     between them; empty where the file lists tensors alone
   * @param arguments keyword arguments as stored; a tensor among them is in Keras's own notation
   */
  public record Call(List<Tensor> inputs, List<Config> positional, Config arguments) {
    public Call {
      inputs = List.copyOf(inputs);
      positional = List.copyOf(positional);
    }

    /** Of tensors alone. */
    public Call(List<Tensor> inputs, Config arguments) {
      this(inputs, List.of(), arguments);
    }
  }

  /** What a layer gave out: the {@code output}-th result of its {@code call}-th use. */
  public record Tensor(String layer, int call, int output) {}
}
