package io.github.tf2torch.verify.check;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.TensorResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One forward run of both frameworks in both precisions, and what the comparison of every output
 * and boundary gave. Tensors are compared where the engines put them; PyTorch's float64 ones are
 * given up before the float32 runs begin.
 */
record ForwardRun(
    List<TensorResult> outputs,
    List<TensorResult> layers,
    List<String> islands,
    List<EngineSettings> settings) {

  /** Runs everything; without {@code taps} the outputs alone. */
  static ForwardRun of(Subject subject, List<TorchModel.Tap> taps, Progress progress)
      throws IOException {
    try (Engines engines = new Engines(subject)) {
      return new Comparing(subject, engines, taps, progress).all();
    }
  }

  private record Comparing(
      Subject subject, Engines engines, List<TorchModel.Tap> taps, Progress progress) {
    ForwardRun all() throws IOException {
      List<Place> outputs = subject.torch().outputs().stream().map(Place::of).toList();
      List<Place> boundaries = taps.stream().map(Place::of).toList();
      List<Place> places = Stream.concat(outputs.stream(), boundaries.stream()).toList();

      progress.step("TensorFlow in float64", 0, 5);
      Engines.Float64 tensorflow = engines.tensorflow64(places);
      try (RunResult tf64 = tensorflow.result()) {
        List<Judgement> judgements = inFloat64(places, tf64.values(), tensorflow.isFloat64());
        List<TensorResult> results = inFloat32(judgements, boundaries);
        return new ForwardRun(
            results.subList(0, outputs.size()),
            results.subList(outputs.size(), results.size()),
            tensorflow.islands(),
            engines.settings());
      }
    }

    private List<Judgement> inFloat64(
        List<Place> places, List<TensorView> tf64, List<Boolean> isFloat64) throws IOException {
      progress.step("PyTorch in float64", 1, 5);
      try (RunResult result = engines.torchTapped(DType.FLOAT64, taps)) {
        List<TensorView> torch64 = result.values();
        return each(
            places.size(),
            i -> Judgement.of(places.get(i), tf64.get(i), torch64.get(i), isFloat64.get(i)));
      }
    }

    private List<TensorResult> inFloat32(List<Judgement> judgements, List<Place> boundaries)
        throws IOException {
      int outputs = judgements.size() - boundaries.size();
      List<TensorResult> results = new ArrayList<>();
      progress.step("TensorFlow in float32", 2, 5);
      try (RunResult tf32 = engines.tensorflowAsStored();
          RunResult torch32 = engines.torchAsWritten()) {
        results.addAll(judged(judgements.subList(0, outputs), tf32.values(), torch32.values()));
      }
      if (boundaries.isEmpty()) {
        return results;
      }
      try (RunResult tf32 = engines.tensorflow32(boundaries)) {
        progress.step("PyTorch in float32", 3, 5);
        try (RunResult torch32 = engines.torchTapped(DType.FLOAT32, taps)) {
          progress.step("comparing", 4, 5);
          List<TensorView> tapped = torch32.values().subList(outputs, judgements.size());
          results.addAll(
              judged(judgements.subList(outputs, judgements.size()), tf32.values(), tapped));
        }
      }
      progress.step("comparing", 5, 5);
      return results;
    }

    private List<TensorResult> judged(
        List<Judgement> judgements, List<TensorView> tf32, List<TensorView> torch32) {
      double tolerance = subject.request().tolerance();
      return each(
          judgements.size(), i -> judgements.get(i).judge(tf32.get(i), torch32.get(i), tolerance));
    }

    /** Tensors are independent of each other, and comparing takes as long as computing. */
    private static <T> List<T> each(int count, IntFunction<T> one) {
      return IntStream.range(0, count).parallel().mapToObj(one).toList();
    }
  }
}
