package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.report.TensorResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One forward run of both frameworks in both precisions, and what the comparison of every output
 * and boundary gave. PyTorch's float64 values are given up before the float32 runs begin, so that
 * three of the four are never in memory at once in full width.
 */
record ForwardRun(
    List<TensorResult> outputs,
    List<TensorResult> layers,
    List<String> islands,
    List<EngineSettings> settings) {

  /** Runs everything; without {@code taps} the outputs alone. */
  static ForwardRun of(Subject subject, List<TorchModel.Tap> taps, Progress progress)
      throws IOException {
    try (Engines engines = new Engines(subject, taps)) {
      return new Comparing(subject, engines, taps).all(progress);
    }
  }

  private record Comparing(Subject subject, Engines engines, List<TorchModel.Tap> taps) {
    ForwardRun all(Progress progress) throws IOException {
      List<Place> outputs = subject.torch().outputs().stream().map(Place::of).toList();
      List<Place> boundaries = taps.stream().map(Place::of).toList();
      List<Place> places = Stream.concat(outputs.stream(), boundaries.stream()).toList();

      progress.step("TensorFlow in float64", 0, 5);
      Engines.Float64 tensorflow = engines.tensorflow64(places);
      progress.step("PyTorch in float64", 1, 5);
      List<Judgement> judgements = judgements(places, tensorflow, engines.torch64());
      progress.step("TensorFlow in float32", 2, 5);
      List<TensorValue> tf32 = new ArrayList<>(engines.tensorflowAsStored());
      tf32.addAll(engines.tensorflowTaps(boundaries));
      progress.step("PyTorch in float32", 3, 5);
      List<TensorValue> torch32 = new ArrayList<>(engines.torchAsWritten());
      torch32.addAll(engines.torchTaps());
      progress.step("comparing", 4, 5);
      double tolerance = subject.request().tolerance();
      List<TensorResult> results =
          each(places.size(), i -> judgements.get(i).judge(tf32.get(i), torch32.get(i), tolerance));
      progress.step("comparing", 5, 5);
      return new ForwardRun(
          results.subList(0, outputs.size()),
          results.subList(outputs.size(), results.size()),
          tensorflow.islands(),
          engines.settings());
    }

    private static List<Judgement> judgements(
        List<Place> places, Engines.Float64 tensorflow, List<TensorValue> torch64) {
      return each(
          places.size(),
          i ->
              Judgement.of(
                  places.get(i),
                  tensorflow.values().get(i),
                  torch64.get(i),
                  tensorflow.isFloat64().get(i)));
    }

    /** Tensors are independent of each other, and comparing takes as long as computing. */
    private static <T> List<T> each(int count, IntFunction<T> one) {
      return IntStream.range(0, count).parallel().mapToObj(one).toList();
    }
  }
}
