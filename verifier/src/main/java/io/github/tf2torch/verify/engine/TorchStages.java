package io.github.tf2torch.verify.engine;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValueUtils;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The archives of a {@link TorchFrame}'s stages, and what they keep of each parameter. */
final class TorchStages implements AutoCloseable {
  private final TorchEngine copy;
  private final Map<String, TorchEngine> archives = new LinkedHashMap<>();
  private final Map<String, Map<String, PtNDArray>> kept = new LinkedHashMap<>();
  private double norm = Double.NaN;

  private TorchStages(TorchEngine copy) {
    this.copy = copy;
  }

  static TorchStages open(
      OptimizerTrainer.Around around, TorchEngine copy, PtNDManager scope, int threads) {
    TorchStages stages = new TorchStages(copy);
    around.archives().forEach((n, file) -> stages.archives.put(n, TorchEngine.open(file, threads)));
    around
        .kept()
        .forEach(
            (name, values) -> {
              Map<String, PtNDArray> held = new LinkedHashMap<>();
              values.forEach(
                  (key, v) -> held.put(key, (PtNDArray) TorchTensors.toNative(scope, v)));
              stages.kept.put(name, held);
            });
    return stages;
  }

  /** The root of the sum that the stage adds up, for the stages behind it. */
  void norm(TorchFrame.Stage stage, Map<String, PtNDArray> gradients, PtNDManager own) {
    double sum = 0;
    PtNDArray before = null;
    for (Map.Entry<String, PtNDArray> entry : gradients.entrySet()) {
      if (before == null) {
        DType type = TorchTensors.view(entry.getValue()).dtype();
        before = (PtNDArray) TorchTensors.toNative(own, TensorValue.ofDoubles(type, Shape.of(), 0));
      }
      before = run(stage, entry.getKey(), before, entry.getValue(), Double.NaN, own);
      sum = TorchTensors.view(before).copy().doubleAt(0);
    }
    norm = Math.sqrt(sum);
  }

  /** What a stage makes of its subject; what it keeps is kept. */
  PtNDArray run(
      TorchFrame.Stage stage,
      String name,
      PtNDArray subject,
      PtNDArray other,
      double rate,
      PtNDManager own) {
    NDList arguments = new NDList(subject, other);
    List<PtNDArray> held = new ArrayList<>();
    for (String key : stage.state()) {
      held.add(kept.getOrDefault(name, Map.of()).get(key));
    }
    arguments.addAll(held);
    double[] numbers =
        stage.numbers().entrySet().stream()
            .mapToDouble(
                n ->
                    switch (n.getKey()) {
                      case "norm" -> norm;
                      case "lr" -> rate;
                      default -> n.getValue();
                    })
            .toArray();
    TensorValue given = TensorValue.ofDoubles(DType.FLOAT64, Shape.of(numbers.length), numbers);
    arguments.add(TorchTensors.toNative(own, given));
    TorchEngine archive = archives.get(stage.archive());
    if (archive == null) {
      throw new EngineFailure("there is no stage " + stage.archive());
    }
    NDList done = IValueUtils.forward(archive.module(), arguments, false);
    done.attach(own);
    for (int i = 0; i < held.size(); i++) {
      NDList pair = new NDList(held.get(i), done.get(i + 1));
      IValueUtils.forward(copy.module(), pair, false).attach(own);
    }
    return (PtNDArray) done.get(0);
  }

  Map<String, TensorValue> kept(String parameter) {
    Map<String, TensorValue> values = new LinkedHashMap<>();
    kept.getOrDefault(parameter, Map.of())
        .forEach((key, held) -> values.put(key, TorchTensors.view(held).copy()));
    return values;
  }

  @Override
  public void close() {
    archives.values().forEach(TorchEngine::close);
  }
}
