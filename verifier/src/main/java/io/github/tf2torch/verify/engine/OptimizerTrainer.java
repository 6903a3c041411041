package io.github.tf2torch.verify.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PyTorch training a loss in training mode, each group of parameters by an archive of {@link
 * io.github.tf2torch.write.torchscript.StepWriter}.
 */
public final class OptimizerTrainer implements AutoCloseable {
  private final TorchEngine model;
  private final TorchEngine copy;
  private final TorchEngine apart;
  private final PtNDManager scope;
  private final List<Stepper> steppers = new ArrayList<>();
  private final Map<String, PtNDArray> parameters = new LinkedHashMap<>();
  private final Map<String, List<PtNDArray>> state = new LinkedHashMap<>();
  private final TorchStages stages;
  private final TorchFrame frame;
  private List<TensorValue> beside = List.of();
  private int batches;

  /**
   * Parameters that are stepped alike.
   *
   * @param step its archive
   * @param state of each of its parameters, in the archive's order
   * @param numbers settings and counters, in the archive's order
   */
  public record Group(
      Path step, Map<String, List<TensorValue>> state, Map<String, Double> numbers) {}

  private static final class Stepper {
    final TorchEngine archive;
    final List<String> parameters;
    final Map<String, Double> numbers;

    Stepper(TorchEngine archive, Group group) {
      this.archive = archive;
      this.parameters = List.copyOf(group.state().keySet());
      this.numbers = new LinkedHashMap<>(group.numbers());
    }
  }

  /**
   * What goes on around the steps.
   *
   * @param archives by the names of stages
   * @param kept of each parameter, by the name of what it keeps
   */
  public record Around(
      TorchFrame frame, Map<String, Path> archives, Map<String, Map<String, TensorValue>> kept) {
    /** Nothing. */
    public static final Around NOTHING = new Around(TorchFrame.NONE, Map.of(), Map.of());

    public Around {
      archives = Map.copyOf(archives);
      kept = Map.copyOf(kept);
    }
  }

  /**
   * Archives that change their first argument.
   *
   * @param copy to the second
   * @param apart so that it has memory of its own
   */
  public record InPlace(Path copy, Path apart) {}

  private OptimizerTrainer(TorchEngine model, InPlace changes, Around around, int threads) {
    this.frame = around.frame();
    this.model = model;
    this.copy = TorchEngine.open(changes.copy(), threads);
    this.apart = TorchEngine.open(changes.apart(), threads);
    this.scope = model.scope();
    this.stages = TorchStages.open(around, copy, scope, threads);
    for (NDArray parameter : JniUtils.moduleGetParams(model.module(), scope)) {
      parameters.put(parameter.getName(), (PtNDArray) parameter);
      // DJL passes arrays with names as a dictionary
      parameter.setName(null);
    }
  }

  /**
   * Loads all of it.
   *
   * @param loss an archive whose forward gives a list, the loss first
   */
  public static OptimizerTrainer open(
      Path loss, InPlace changes, List<Group> groups, Around around, int threads) {
    OptimizerTrainer trainer =
        new OptimizerTrainer(
            TorchEngine.openDifferentiable(loss, threads), changes, around, threads);
    for (Group group : groups) {
      trainer.steppers.add(new Stepper(TorchEngine.open(group.step(), threads), group));
      group
          .state()
          .forEach(
              (name, values) ->
                  trainer.state.put(
                      name,
                      values.stream()
                          .map(v -> (PtNDArray) TorchTensors.toNative(trainer.scope, v))
                          .toList()));
    }
    return trainer;
  }

  /** From now on as in training: statistics of the batch, dropout. */
  public void train() {
    model.train();
  }

  public EngineSettings settings() {
    return model.settings();
  }

  /** Gives every group that has it another learning rate from now on. */
  public void setLearningRate(double rate) {
    steppers.stream()
        .filter(s -> s.numbers.containsKey("lr"))
        .forEach(s -> s.numbers.put("lr", rate));
  }

  /** One batch; answers the loss before it. */
  public double step(List<TensorValue> inputs) {
    try (TorchGradients gradients = model.gradients(inputs);
        PtNDManager own = (PtNDManager) scope.getEngine().newBaseManager(Device.cpu())) {
      gradients.separate(apart);
      beside = gradients.beside().stream().map(TensorView::copy).toList();
      Map<String, PtNDArray> current = new LinkedHashMap<>();
      for (Stepper stepper : steppers) {
        for (String name : stepper.parameters) {
          gradients.array(name).ifPresent(g -> current.put(name, g));
        }
      }
      for (TorchFrame.Stage stage : frame.batch(batches++)) {
        run(stage, current, own);
      }
      return gradients.value();
    }
  }

  private void run(TorchFrame.Stage stage, Map<String, PtNDArray> gradients, PtNDManager own) {
    switch (stage.subject()) {
      case STEP -> steppers.forEach(s -> step(s, gradients));
      case NORM -> stages.norm(stage, gradients, own);
      case GRADIENT -> gradients.replaceAll((n, g) -> stages.run(stage, n, g, g, rate(n), own));
      case PARAMETER ->
          gradients.forEach(
              (n, g) -> into(held(n), stages.run(stage, n, held(n), g, rate(n), own), own));
    }
  }

  private double rate(String parameter) {
    return steppers.stream()
        .filter(s -> s.parameters.contains(parameter))
        .map(s -> s.numbers.getOrDefault("lr", Double.NaN))
        .findFirst()
        .orElse(Double.NaN);
  }

  private PtNDArray held(String name) {
    PtNDArray held = parameters.get(name);
    if (held == null) {
      throw new EngineFailure("the archive has no parameter " + name);
    }
    return held;
  }

  /** What forward gave beside the loss in the last step. */
  public List<TensorValue> beside() {
    return beside;
  }

  private void step(Stepper stepper, Map<String, PtNDArray> gradients) {
    double[] before = stepper.numbers.values().stream().mapToDouble(d -> d).toArray();
    TensorValue numbers = TensorValue.ofDoubles(DType.FLOAT64, Shape.of(before.length), before);
    double[] after = before;
    for (String name : stepper.parameters) {
      if (gradients.containsKey(name)) {
        after = step(stepper, name, gradients.get(name), numbers);
      }
    }
    int i = 0;
    for (Map.Entry<String, Double> number : stepper.numbers.entrySet()) {
      number.setValue(after[i++]);
    }
  }

  private double[] step(Stepper stepper, String name, PtNDArray gradient, TensorValue numbers) {
    PtNDArray parameter = held(name);
    try (PtNDManager own = (PtNDManager) scope.getEngine().newBaseManager(Device.cpu())) {
      NDList arguments = new NDList(parameter, gradient);
      arguments.addAll(state.getOrDefault(name, List.of()));
      arguments.add(TorchTensors.toNative(own, numbers));
      NDList done = IValueUtils.forward(stepper.archive.module(), arguments, false);
      done.attach(own);
      into(parameter, done.get(0), own);
      List<PtNDArray> held = state.getOrDefault(name, List.of());
      for (int i = 0; i < held.size(); i++) {
        into(held.get(i), done.get(i + 1), own);
      }
      return TorchTensors.view((PtNDArray) done.get(done.size() - 1)).copy().doubles();
    } catch (RuntimeException e) {
      throw new EngineFailure("PyTorch fails to step " + name + ": " + e.getMessage(), e);
    }
  }

  private void into(PtNDArray held, NDArray value, PtNDManager own) {
    IValueUtils.forward(copy.module(), new NDList(held, value), false).attach(own);
  }

  /** A parameter as it is after the steps so far. */
  public TensorValue parameter(String name) {
    return TorchTensors.view((PtNDArray) held(name).stopGradient()).copy();
  }

  /** What the frame keeps of a parameter. */
  public Map<String, TensorValue> kept(String parameter) {
    return stages.kept(parameter);
  }

  /** A parameter's state, in the order of its group's archive. */
  public List<TensorValue> state(String name) {
    return state.getOrDefault(name, List.of()).stream()
        .map(a -> TorchTensors.view(a).copy())
        .toList();
  }

  @Override
  public void close() {
    scope.close();
    steppers.forEach(s -> s.archive.close());
    stages.close();
    copy.close();
    apart.close();
    model.close();
  }
}
