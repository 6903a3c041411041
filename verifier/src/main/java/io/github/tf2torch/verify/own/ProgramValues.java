package io.github.tf2torch.verify.own;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.training.OwnLeaves;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every value of a program in float64, with TensorFlow's own where a layer has parted.
 *
 * @param byLocal without those that are no tensors of numbers
 */
record ProgramValues(RunResult run, Map<String, TensorView> byLocal) implements Closeable {

  /** With values given in the place of what the program computes, by local. */
  static ProgramValues of(
      OwnProgram program,
      SourceLayers source,
      FoundLayers found,
      Map<String, TensorValue> more,
      Engines engines)
      throws IOException {
    Map<String, TensorValue> given = new LinkedHashMap<>(more);
    for (int layer : found.parted()) {
      TorchModel.Tap tap = found.at(layer);
      given.put(tap.value(), Arrangement.toTorch(source.values().get(layer).copy(), tap.layout()));
    }
    TorchModel all =
        OwnLeaves.given(program.subject().asConverted(List.of()), List.copyOf(given.keySet()));
    List<TorchModel.Tap> taps =
        program.locals().stream()
            .map(
                local ->
                    new TorchModel.Tap(
                        source.tap(0).source(), local, DType.FLOAT32, Layout.tensorflow(0), local))
            .toList();
    TorchModel tapped = all.withTaps(taps);
    RunResult run =
        engines.torchGiven(
            DType.FLOAT64, tapped, given.values().stream().map(TensorView::of).toList());
    Map<String, TensorView> byLocal = new LinkedHashMap<>();
    int outputs = program.subject().torch().outputs().size();
    for (int k = 0; k < program.locals().size(); k++) {
      byLocal.put(program.locals().get(k), run.values().get(outputs + k));
    }
    return new ProgramValues(run, byLocal);
  }

  @Override
  public void close() {
    run.close();
  }
}
