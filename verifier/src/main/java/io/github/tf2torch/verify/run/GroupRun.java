package io.github.tf2torch.verify.run;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.cause.Span;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One forward run of both frameworks in both precisions, of as much as is held at once. Tensors are
 * compared where the engines put them; PyTorch's float64 ones are given up before the float32 runs
 * begin.
 *
 * @param alone of each layer the float64 error of its own, run on TensorFlow's input to it; NaN
 *     where that is not known
 */
record GroupRun(
    List<TensorResult> outputs,
    List<TensorResult> layers,
    List<Double> alone,
    List<String> islands) {

  static GroupRun of(
      Subject subject,
      Engines engines,
      List<Place> outputs,
      List<TorchModel.Tap> before,
      List<TorchModel.Tap> taps,
      Progress progress)
      throws IOException {
    return new Comparing(subject, engines, outputs, leads(subject, before, taps), taps, progress)
        .all();
  }

  /** The boundaries of earlier groups that layers of this one begin with. */
  private static List<TorchModel.Tap> leads(
      Subject subject, List<TorchModel.Tap> before, List<TorchModel.Tap> taps) {
    Set<String> fed = new TreeSet<>();
    if (!before.isEmpty()) {
      List<TorchModel.Tap> known = new ArrayList<>(before);
      for (TorchModel.Tap tap : taps) {
        fed.addAll(Span.of(subject.torch(), known, tap).fed());
        known.add(tap);
      }
    }
    return before.stream().filter(t -> fed.contains(t.value())).toList();
  }

  private record Comparing(
      Subject subject,
      Engines engines,
      List<Place> outputs,
      List<TorchModel.Tap> leads,
      List<TorchModel.Tap> taps,
      Progress progress) {
    private static final int STEPS = 5;

    GroupRun all() throws IOException {
      List<Place> places = Stream.concat(outputs.stream(), taps.stream().map(Place::of)).toList();
      step("TensorFlow in float64", 0);
      List<Place> asked = Stream.concat(places.stream(), leads.stream().map(Place::of)).toList();
      Engines.Float64 tensorflow = engines.tensorflow64(asked);
      try (RunResult tf64 = tensorflow.result()) {
        InFloat64 float64 = inFloat64(places, tf64.values(), tensorflow.isFloat64());
        List<TensorResult> results = inFloat32(float64.judgements(), places);
        return new GroupRun(
            results.subList(0, outputs.size()),
            results.subList(outputs.size(), results.size()),
            float64.alone(),
            tensorflow.islands());
      }
    }

    private record InFloat64(List<Judgement> judgements, List<Double> alone) {}

    private InFloat64 inFloat64(List<Place> places, List<TensorView> tf64, List<Boolean> isFloat64)
        throws IOException {
      step("PyTorch in float64", 1);
      int first = outputs.size();
      if (taps.isEmpty()) {
        return plain(places, tf64, isFloat64);
      }
      List<TensorView> tapped64 = tf64.subList(first, tf64.size());
      List<TorchModel.Tap> tapped = Stream.concat(taps.stream(), leads.stream()).toList();
      Alone alone =
          Alone.of(
              subject.asConverted(taps), tapped, tapped64.stream().map(TensorView::shape).toList());
      List<TensorView> given =
          alone.fed().stream().map(t -> tapped64.get(tapped.indexOf(t))).toList();
      try (RunResult result = engines.torchGiven(DType.FLOAT64, alone.program(), given)) {
        int all = subject.torch().outputs().size();
        List<TensorView> torch64 = result.values().subList(all - first, all + taps.size());
        List<TensorView> alone64 =
            result.values().subList(all + taps.size(), result.values().size());
        return new InFloat64(
            judgements(places, tf64, torch64, isFloat64),
            each(
                taps.size(),
                i ->
                    isFloat64.get(first + i)
                        ? Judgement.error64(places.get(first + i), tapped64.get(i), alone64.get(i))
                        : Double.NaN));
      }
    }

    /** Without layers there is nothing to run alone. */
    private InFloat64 plain(List<Place> places, List<TensorView> tf64, List<Boolean> isFloat64)
        throws IOException {
      try (RunResult result = engines.torchTapped(DType.FLOAT64, taps)) {
        int unasked = subject.torch().outputs().size() - outputs.size();
        List<TensorView> torch64 = result.values().subList(unasked, result.values().size());
        return new InFloat64(
            judgements(places, tf64, torch64, isFloat64),
            Collections.nCopies(taps.size(), Double.NaN));
      }
    }

    private List<Judgement> judgements(
        List<Place> places,
        List<TensorView> tf64,
        List<TensorView> torch64,
        List<Boolean> isFloat64) {
      return each(
          places.size(),
          i -> subject.judgement(places.get(i), tf64.get(i), torch64.get(i), isFloat64.get(i)));
    }

    private List<TensorResult> inFloat32(List<Judgement> judgements, List<Place> places)
        throws IOException {
      int first = outputs.size();
      List<TensorResult> results = new ArrayList<>();
      step("TensorFlow in float32", 2);
      if (first > 0) {
        try (RunResult tf32 = engines.tensorflowAsStored();
            RunResult torch32 = engines.torchAsWritten()) {
          results.addAll(judged(judgements.subList(0, first), tf32.values(), torch32.values()));
        }
      }
      if (taps.isEmpty()) {
        return results;
      }
      try (RunResult tf32 = engines.tensorflow32(places.subList(first, places.size()))) {
        step("PyTorch in float32", 3);
        try (RunResult torch32 = engines.torchTapped(DType.FLOAT32, taps)) {
          step("comparing", 4);
          int before = subject.torch().outputs().size();
          List<TensorView> tapped = torch32.values().subList(before, torch32.values().size());
          results.addAll(
              judged(judgements.subList(first, judgements.size()), tf32.values(), tapped));
        }
      }
      step("comparing", STEPS);
      return results;
    }

    private void step(String what, int done) {
      progress.step(what, done, STEPS);
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
