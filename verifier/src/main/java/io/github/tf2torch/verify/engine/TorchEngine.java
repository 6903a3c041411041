package io.github.tf2torch.verify.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.tensor.TensorValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * PyTorch, holding one TorchScript archive without autograd, in eval mode unless told to train. The
 * archive's own dtypes count: an archive of {@code DoubleStorage} computes in float64.
 */
public final class TorchEngine implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final EngineSettings settings;

  private TorchEngine(PtNDManager manager, PtSymbolBlock module, EngineSettings settings) {
    this.manager = manager;
    this.module = module;
    this.settings = settings;
  }

  /** Loads an archive. The number of threads counts for the whole process. */
  public static TorchEngine open(Path torchscript, int threads) {
    return open(torchscript, threads, false);
  }

  /** The same with parameters that have gradients. */
  public static TorchEngine openDifferentiable(Path torchscript, int threads) {
    return open(torchscript, threads, true);
  }

  private static TorchEngine open(Path torchscript, int threads, boolean isDifferentiable) {
    if (!Files.isRegularFile(torchscript)) {
      throw new BadRequest(torchscript + " is no file");
    }
    Engine engine = TorchLibrary.load(threads);
    PtNDManager manager = (PtNDManager) engine.newBaseManager(Device.cpu());
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(
              manager, torchscript, true, new String[0], new String[0], isDifferentiable);
      JniUtils.enableInferenceMode(module);
      return new TorchEngine(manager, module, settings(engine));
    } catch (RuntimeException e) {
      manager.close();
      throw new EngineFailure("PyTorch does not load " + torchscript + ": " + e.getMessage(), e);
    }
  }

  private static EngineSettings settings(Engine engine) {
    return new EngineSettings(
        "PyTorch",
        engine.getVersion(),
        "DJL " + Engine.getDjlVersion(),
        JniUtils.getNumThreads(),
        Map.of(
            "device", "cpu",
            "graph optimizer", "off",
            "mode", "eval",
            "inter-op threads", Integer.toString(JniUtils.getNumInteropThreads())));
  }

  public EngineSettings settings() {
    return settings;
  }

  /** {@code torch.manual_seed}: what is drawn from now on, in the whole process. */
  public static void manualSeed(long seed) {
    JniUtils.setSeed(seed);
  }

  /** Lets the module do from now on as in training: its running statistics move with each run. */
  public void train() {
    JniUtils.enableTrainingMode(module);
  }

  /** Lets the module do from now on as at inference, as it does from the start. */
  public void eval() {
    JniUtils.enableInferenceMode(module);
  }

  /** As {@link #answer(List)} does, with values to keep. */
  public List<TensorValue> run(List<TensorValue> inputs) {
    try (RunResult result = answer(inputs)) {
      return result.copies();
    }
  }

  /** As {@link #answer(List, List)} does, with values to keep. */
  public List<TensorValue> run(List<TensorValue> inputs, List<String> names) {
    try (RunResult result = answer(inputs, names)) {
      return result.copies();
    }
  }

  /** The outputs in order: one for a tensor, several for a tuple or a list. */
  public RunResult answer(List<TensorValue> inputs) {
    return call(inputs, TorchTensors::toNative, outputs -> List.copyOf(outputs.values()));
  }

  /**
   * The same for inputs where an engine put them; they must not be given back before the result.
   */
  public RunResult answerViews(List<TensorView> inputs) {
    return call(inputs, TorchTensors::toNative, outputs -> List.copyOf(outputs.values()));
  }

  /** The outputs of a dict by its keys, in the order of {@code names}. */
  public RunResult answer(List<TensorValue> inputs, List<String> names) {
    return call(
        inputs,
        TorchTensors::toNative,
        outputs -> names.stream().map(name -> named(outputs, name)).toList());
  }

  /**
   * Runs an archive whose forward gives one number, and answers that number's gradients for the
   * floating point inputs and all parameters.
   */
  public TorchGradients gradients(List<TensorValue> inputs) {
    return TorchGradients.of(manager, module, inputs);
  }

  /** The outputs of any archive by name; {@code 0}, {@code 1}, ... where they have none. */
  public Map<String, TensorValue> outputs(List<TensorValue> inputs) {
    List<String> names = new ArrayList<>();
    Function<Map<String, PtNDArray>, List<PtNDArray>> all =
        outputs -> {
          names.addAll(outputs.keySet());
          return List.copyOf(outputs.values());
        };
    try (RunResult result = call(inputs, TorchTensors::toNative, all)) {
      Map<String, TensorValue> outputs = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        outputs.put(names.get(i), result.values().get(i).copy());
      }
      return outputs;
    }
  }

  /**
   * Gradients of the sum of some outputs, each times its weight.
   *
   * @param weights by the output's name, as {@link #outputs} has it
   */
  public TorchGradients gradients(List<TensorValue> inputs, Map<String, TensorValue> weights) {
    return TorchGradients.of(
        manager,
        module,
        inputs,
        (scope, results) -> {
          NDArray sum = null;
          for (int i = 0; i < results.size(); i++) {
            String name = results.get(i).getName();
            TensorValue weight = weights.get(name == null ? Integer.toString(i) : name);
            if (weight != null) {
              NDArray share = results.get(i).mul(TorchTensors.toNative(scope, weight)).sum();
              sum = sum == null ? share : sum.add(share);
            }
          }
          if (sum == null) {
            throw new BadRequest("no output has a weight");
          }
          sum.attach(scope);
          return (PtNDArray) sum;
        });
  }

  PtSymbolBlock module() {
    return module;
  }

  /** A manager of arrays that live longer than a run. */
  PtNDManager scope() {
    return (PtNDManager) manager.getEngine().newBaseManager(Device.cpu());
  }

  private static PtNDArray named(Map<String, PtNDArray> outputs, String name) {
    PtNDArray array = outputs.get(name);
    if (array == null) {
      throw new BadRequest(
          "the archive has no output \"" + name + "\"; it has " + new TreeSet<>(outputs.keySet()));
    }
    return array;
  }

  /**
   * Runs forward.
   *
   * @param chosen from the outputs by name; {@code 0}, {@code 1}, ... where the archive gives a
   *     tensor, a tuple or a list. The order of a dict's keys is lost on the way.
   */
  private <T> RunResult call(
      List<T> inputs,
      BiFunction<NDManager, T, NDArray> taken,
      Function<Map<String, PtNDArray>, List<PtNDArray>> chosen) {
    // not a child of this engine's manager: a result outlives its engine
    PtNDManager scope = (PtNDManager) manager.getEngine().newBaseManager(Device.cpu());
    try {
      NDList arguments = new NDList(inputs.size());
      inputs.forEach(value -> arguments.add(taken.apply(scope, value)));
      NDList results =
          arguments.isEmpty()
              ? withoutInputs(scope)
              : IValueUtils.forward(module, arguments, false);
      results.attach(scope);
      Map<String, PtNDArray> outputs = new LinkedHashMap<>();
      for (NDArray result : new ArrayList<>(results)) {
        String name = result.getName();
        outputs.put(name == null ? Integer.toString(outputs.size()) : name, (PtNDArray) result);
      }
      List<TensorView> views = chosen.apply(outputs).stream().map(TorchTensors::view).toList();
      return new RunResult(views, scope);
    } catch (EngineFailure | BadRequest e) {
      scope.close();
      throw e;
    } catch (RuntimeException e) {
      scope.close();
      throw new EngineFailure("PyTorch fails to run the archive: " + e.getMessage(), e);
    }
  }

  /** DJL takes the place of the results from the first input. */
  private NDList withoutInputs(PtNDManager scope) {
    try (IValue results = IValueUtils.forward(module, new IValue[0])) {
      return results.toNDList(scope);
    }
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
