package io.github.tf2torch.verify.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
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

/**
 * PyTorch, holding one TorchScript archive in eval mode and without autograd. The archive's own
 * dtypes count: an archive of {@code DoubleStorage} computes in float64.
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
    if (!Files.isRegularFile(torchscript)) {
      throw new BadRequest(torchscript + " is no file");
    }
    Engine engine = TorchLibrary.load(threads);
    PtNDManager manager = (PtNDManager) engine.newBaseManager(Device.cpu());
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(manager, torchscript, true, new String[0], new String[0], false);
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

  /** The outputs in order: one for a tensor, several for a tuple. */
  public List<TensorValue> run(List<TensorValue> inputs) {
    return List.copyOf(call(inputs).values());
  }

  /** The outputs of a dict by its keys, in the order of {@code names}. */
  public List<TensorValue> run(List<TensorValue> inputs, List<String> names) {
    Map<String, TensorValue> outputs = call(inputs);
    return names.stream()
        .map(
            name -> {
              TensorValue value = outputs.get(name);
              if (value == null) {
                throw new BadRequest(
                    "the archive has no output \"" + name + "\"; it has " + outputs.keySet());
              }
              return value;
            })
        .toList();
  }

  /**
   * The outputs by name; {@code 0}, {@code 1}, ... where the archive gives a tensor or a tuple. The
   * order of a dict's keys is lost on the way.
   */
  public Map<String, TensorValue> call(List<TensorValue> inputs) {
    try (PtNDManager scope = manager.newSubManager(Device.cpu())) {
      NDList arguments = new NDList(inputs.size());
      inputs.forEach(value -> arguments.add(TorchTensors.toNative(scope, value)));
      NDList results = IValueUtils.forward(module, arguments, false);
      results.attach(scope);
      Map<String, TensorValue> outputs = new LinkedHashMap<>();
      for (NDArray result : new ArrayList<>(results)) {
        String name = result.getName();
        String key = name == null ? Integer.toString(outputs.size()) : name;
        outputs.put(key, TorchTensors.fromNative(result));
      }
      return outputs;
    } catch (EngineFailure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EngineFailure("PyTorch fails to run the archive: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
