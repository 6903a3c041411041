package io.github.tf2torch.verify.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PyTorch's gradients of one number, where it put them; gone with {@link #close}. */
public final class TorchGradients implements ParameterGradients {
  private final PtNDManager scope;
  private final double value;
  private final List<Optional<TensorView>> inputs;
  private final Map<String, PtNDArray> parameters;
  private final List<TensorView> beside;

  private TorchGradients(
      PtNDManager scope,
      double value,
      List<Optional<TensorView>> inputs,
      Map<String, PtNDArray> parameters,
      List<TensorView> beside) {
    this.beside = beside;
    this.scope = scope;
    this.value = value;
    this.inputs = inputs;
    this.parameters = parameters;
  }

  /** What to differentiate, made of what forward gave. */
  interface Objective {
    PtNDArray of(PtNDManager scope, NDList results);
  }

  static TorchGradients of(PtNDManager manager, PtSymbolBlock module, List<TensorValue> inputs) {
    return of(manager, module, inputs, (scope, results) -> (PtNDArray) results.get(0));
  }

  static TorchGradients of(
      PtNDManager manager, PtSymbolBlock module, List<TensorValue> inputs, Objective objective) {
    PtNDManager scope = (PtNDManager) manager.getEngine().newBaseManager(Device.cpu());
    boolean wasOn = JniUtils.isGradMode();
    try {
      JniUtils.setGradMode(true);
      NDList arguments = new NDList(inputs.size());
      for (TensorValue input : inputs) {
        NDArray array = TorchTensors.toNative(scope, input);
        if (input.dtype().isFloating()) {
          array.setRequiresGradient(true);
        }
        arguments.add(array);
      }
      NDList results = IValueUtils.forward(module, arguments, true);
      results.attach(scope);
      PtNDArray number = objective.of(scope, results);
      NDList parameters = JniUtils.moduleGetParams(module, scope);
      for (NDArray parameter : parameters) {
        // a gradient adds to the one before
        JniUtils.zeroGrad((PtNDArray) parameter);
      }
      PtNDArray one = (PtNDArray) number.onesLike();
      JniUtils.backward(number, one, false, false);
      Map<String, PtNDArray> byName = new LinkedHashMap<>();
      for (NDArray parameter : parameters) {
        gradient(scope, (PtNDArray) parameter).ifPresent(g -> byName.put(parameter.getName(), g));
      }
      List<Optional<TensorView>> byInput = new ArrayList<>();
      for (NDArray argument : arguments) {
        byInput.add(gradient(scope, (PtNDArray) argument).map(TorchTensors::view));
      }
      double value = TorchTensors.view(number).copy().doubleAt(0);
      List<TensorView> beside =
          results.stream()
              .skip(1)
              .map(r -> TorchTensors.view((PtNDArray) r.stopGradient()))
              .toList();
      return new TorchGradients(scope, value, byInput, byName, beside);
    } catch (RuntimeException e) {
      scope.close();
      throw new MissingGradient("PyTorch fails to differentiate: " + e.getMessage(), e);
    } finally {
      JniUtils.setGradMode(wasOn);
    }
  }

  private static Optional<PtNDArray> gradient(PtNDManager scope, PtNDArray array) {
    if (!array.hasGradient()) {
      return Optional.empty();
    }
    PtNDArray gradient = JniUtils.getGradient(array);
    if (gradient == null) {
      return Optional.empty();
    }
    gradient.attach(scope);
    return Optional.of(gradient);
  }

  /** The number itself. */
  public double value() {
    return value;
  }

  /** What else forward gives, behind its first result. */
  public List<TensorView> beside() {
    return beside;
  }

  @Override
  public List<Optional<TensorView>> inputs() {
    return inputs;
  }

  @Override
  public Optional<TensorView> parameter(String name) {
    return array(name).map(TorchTensors::view);
  }

  Optional<PtNDArray> array(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /**
   * Gives each gradient memory of its own, before a second backward pass adds to it.
   *
   * @param apart an archive that does it in place
   */
  void separate(TorchEngine apart) {
    for (PtNDArray gradient : parameters.values()) {
      IValueUtils.forward(apart.module(), new NDList(gradient), false).attach(scope);
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
