package io.github.tf2torch.model.target;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Optional;

/**
 * A torch program: modules, the statements of the root's forward, and every tensor as a recipe.
 *
 * @param className the root's class in {@code model.py}
 * @param modules leaf modules by dotted path, in the order in which PyTorch registers them; the
 *     containers between are implied
 * @param tensors the whole {@code state_dict}, in its order: every parameter and buffer of {@code
 *     modules}, and tensors that the root or a container holds itself
 * @param body the root's forward, without the return of {@code outputs}
 * @param taps where TensorFlow's tensors are in the program, in the order of computation
 */
public record TorchModel(
    String className,
    List<Input> inputs,
    List<Instance> modules,
    List<Tensor> tensors,
    List<Statement> body,
    List<Output> outputs,
    List<Tap> taps) {
  public TorchModel {
    inputs = List.copyOf(inputs);
    modules = List.copyOf(modules);
    tensors = List.copyOf(tensors);
    body = List.copyOf(body);
    outputs = List.copyOf(outputs);
    taps = List.copyOf(taps);
  }

  /** False where there are tensors alone, without a forward. */
  public boolean computes() {
    return !outputs.isEmpty();
  }

  /** The same with other modules under the paths. */
  public TorchModel withModules(List<Instance> others) {
    return new TorchModel(className, inputs, others, tensors, body, outputs, taps);
  }

  /** The same with other recipes. */
  public TorchModel withTensors(List<Tensor> others) {
    return new TorchModel(className, inputs, modules, others, body, outputs, taps);
  }

  /** The same with another forward. */
  public TorchModel withBody(List<Statement> other) {
    return new TorchModel(className, inputs, modules, tensors, other, outputs, taps);
  }

  /** The same, told at other boundaries. */
  public TorchModel withTaps(List<Tap> others) {
    return new TorchModel(className, inputs, modules, tensors, body, outputs, others);
  }

  /**
   * An argument of forward.
   *
   * @param name the Python argument
   * @param key the signature's name for it
   * @param dims in TensorFlow's order
   */
  public record Input(
      String name, String key, Endpoint source, DType dtype, Dims dims, Layout layout) {}

  /** A leaf module at {@code path}: {@code encoder.conv1}. */
  public record Instance(String path, TorchModule module) {}

  /**
   * An entry of the {@code state_dict}.
   *
   * @param isTrained whether TensorFlow trains it too
   */
  public record Tensor(String name, Kind kind, TensorExpr recipe, boolean isTrained) {
    /** TensorFlow trains variables: a constant of its graph, or a fill, stays what it is. */
    public Tensor(String name, Kind kind, TensorExpr recipe) {
      this(name, kind, recipe, kind == Kind.PARAMETER && !recipe.variables().isEmpty());
    }

    /** The same with other values, which change nothing about whether it is trained. */
    public Tensor with(TensorExpr other) {
      return new Tensor(name, kind, other, isTrained);
    }
  }

  /** How PyTorch registers a tensor. */
  public enum Kind {
    PARAMETER,
    BUFFER
  }

  /**
   * A result of forward.
   *
   * @param name the key of a dictionary result, and the signature's name for it
   * @param value the local value
   */
  public record Output(
      String name, String value, Endpoint source, DType dtype, Dims dims, Layout layout) {}

  /**
   * TensorFlow's tensor and the local value that is the same.
   *
   * @param layer what a person calls the place: a module's path or an op's name
   * @param dims in TensorFlow's order, where they are known
   */
  public record Tap(
      Endpoint source,
      String value,
      DType dtype,
      Layout layout,
      String layer,
      Optional<Dims> dims) {
    public Tap(Endpoint source, String value, DType dtype, Layout layout, String layer) {
      this(source, value, dtype, layout, layer, Optional.empty());
    }
  }
}
