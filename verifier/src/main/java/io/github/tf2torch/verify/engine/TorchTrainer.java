package io.github.tf2torch.verify.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Training in PyTorch: an archive whose forward gives the loss, and one that steps a parameter. The
 * latter takes the parameter, its gradient and its slot and changes the first and the last.
 */
public final class TorchTrainer implements AutoCloseable {
  private final TorchEngine model;
  private final TorchEngine optimizer;
  private final TorchEngine apart;
  private final PtNDManager scope;
  private final Map<String, PtNDArray> parameters = new LinkedHashMap<>();
  private final Map<String, PtNDArray> slots = new LinkedHashMap<>();

  private final Set<String> frozen;

  private TorchTrainer(
      TorchEngine model, TorchEngine optimizer, TorchEngine apart, Set<String> frozen) {
    this.frozen = Set.copyOf(frozen);
    this.apart = apart;
    this.model = model;
    this.optimizer = optimizer;
    this.scope = model.scope();
    for (NDArray parameter : JniUtils.moduleGetParams(model.module(), scope)) {
      parameters.put(parameter.getName(), (PtNDArray) parameter);
      // DJL passes arrays with names as a dictionary
      parameter.setName(null);
    }
  }

  /**
   * Loads a program that ends in its loss, and what steps one parameter.
   *
   * @param apart an archive that gives its argument memory of its own
   * @param frozen parameters that keep their values
   */
  public static TorchTrainer open(
      Path loss, Path step, Path apart, Set<String> frozen, int threads) {
    return new TorchTrainer(
        TorchEngine.openDifferentiable(loss, threads),
        TorchEngine.open(step, threads),
        TorchEngine.open(apart, threads),
        frozen);
  }

  /** One step; answers the loss before it. */
  public double step(List<TensorValue> inputs) {
    try (TorchGradients gradients = model.gradients(inputs)) {
      gradients.separate(apart);
      parameters.forEach((name, parameter) -> step(name, parameter, gradients));
      return gradients.value();
    }
  }

  private void step(String name, PtNDArray parameter, TorchGradients gradients) {
    gradients
        .array(name)
        .filter(gradient -> !frozen.contains(name))
        .ifPresent(
            gradient -> {
              PtNDArray slot =
                  slots.computeIfAbsent(
                      name,
                      n -> (PtNDArray) scope.zeros(parameter.getShape(), parameter.getDataType()));
              try (PtNDManager own = (PtNDManager) scope.getEngine().newBaseManager(Device.cpu())) {
                NDList done =
                    IValueUtils.forward(
                        optimizer.module(), new NDList(parameter, gradient, slot), false);
                done.attach(own);
              } catch (RuntimeException e) {
                throw new EngineFailure("PyTorch fails to step " + name + ": " + e.getMessage(), e);
              }
            });
  }

  /** A parameter where PyTorch holds it; it moves with each step. */
  public TensorView parameter(String name) {
    PtNDArray held = parameters.get(name);
    if (held == null) {
      throw new EngineFailure("the archive has no parameter " + name);
    }
    return TorchTensors.view((PtNDArray) held.stopGradient());
  }

  /** Its slot; zeros before the first step. */
  public Optional<TensorView> slot(String name) {
    return Optional.ofNullable(slots.get(name)).map(TorchTensors::view);
  }

  @Override
  public void close() {
    scope.close();
    model.close();
    optimizer.close();
    apart.close();
  }
}
