package io.github.tf2torch.verify.run;

import io.github.tf2torch.convert.Progress;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.EngineSettings;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Forward runs of both frameworks in both precisions, and what the comparison of every output and
 * boundary gave.
 *
 * @param alone of each layer the float64 error of its own, as {@link GroupRun} has it
 * @param islands nodes of TensorFlow's float64 run that computed in float32
 */
public record ForwardRun(
    List<TensorResult> outputs,
    List<TensorResult> layers,
    List<Double> alone,
    List<String> islands,
    List<EngineSettings> settings) {

  /** Runs everything; without {@code taps} the outputs alone. */
  public static ForwardRun of(Subject subject, List<TorchModel.Tap> taps, Progress progress)
      throws IOException {
    return of(subject, taps, TapGroups.BUDGET_BYTES, progress);
  }

  public static ForwardRun of(
      Subject subject, List<TorchModel.Tap> taps, long budgetBytes, Progress progress)
      throws IOException {
    List<Place> wanted = subject.torch().outputs().stream().map(Place::of).toList();
    try (Engines engines = Engines.of(subject)) {
      return of(subject, engines, wanted, taps, budgetBytes, progress);
    }
  }

  /** The layers alone, of a program over the tensors in the subject's folder. */
  public static ForwardRun ofLayers(Subject subject, Progress progress) throws IOException {
    try (Engines engines = new Engines(subject)) {
      return of(
          subject, engines, List.of(), subject.torch().taps(), TapGroups.BUDGET_BYTES, progress);
    }
  }

  private static ForwardRun of(
      Subject subject,
      Engines engines,
      List<Place> wanted,
      List<TorchModel.Tap> taps,
      long budgetBytes,
      Progress progress)
      throws IOException {
    List<TensorResult> outputs = new ArrayList<>();
    List<TensorResult> layers = new ArrayList<>();
    List<Double> alone = new ArrayList<>();
    List<String> islands = List.of();
    progress.step("starting TensorFlow", 0, 1);
    List<List<TorchModel.Tap>> groups = TapGroups.of(taps, engines.shapes(taps), budgetBytes);
    for (int i = 0; i < groups.size(); i++) {
      // every group's run gives the outputs, too; they are compared once
      List<Place> compared = i == 0 ? wanted : List.of();
      GroupRun run =
          GroupRun.of(
              subject,
              engines,
              compared,
              taps.subList(0, layers.size()),
              groups.get(i),
              part(progress, i, groups.size()));
      outputs.addAll(run.outputs());
      layers.addAll(run.layers());
      alone.addAll(run.alone());
      islands = run.islands();
    }
    int count = layers.size();
    List<TensorResult> each = new ArrayList<>(layers);
    IntStream.range(0, count).forEach(i -> each.add(alone(layers.get(i), alone.get(i))));
    List<TensorResult> judged =
        OwnRounding.judged(
            subject,
            each,
            (s, p, asked) -> run(s, p, asked.stream().map(i -> Place.of(taps.get(i % count)))));
    return new ForwardRun(
        OwnRounding.judged(
            subject, outputs, (s, p, asked) -> run(s, p, asked.stream().map(wanted::get))),
        judged.subList(0, count),
        IntStream.range(0, count)
            .mapToObj(i -> isRounding(alone.get(i), judged.get(count + i)) ? 0.0 : alone.get(i))
            .toList(),
        islands,
        engines.settings());
  }

  /** A layer that is run alone, as a tensor of its own: its float32 is the layer's. */
  private static TensorResult alone(TensorResult layer, double error64) {
    return new TensorResult(
        layer.name(),
        layer.source(),
        error64 > Comparison.FLOAT64_BOUND ? Verdict.DIFFER : Verdict.MATCH,
        layer.error(),
        error64,
        layer.noise(),
        layer.unit(),
        "");
  }

  private static boolean isRounding(double error64, TensorResult alone) {
    return error64 > Comparison.FLOAT64_BOUND && alone.verdict() == Verdict.MATCH;
  }

  /** TensorFlow's side, by the graph of which both precisions are. */
  private static List<TensorValue> run(Subject subject, Precision precision, Stream<Place> asked)
      throws IOException {
    List<Place> places = asked.toList();
    try (Engines engines = new Engines(subject)) {
      return copies(
          precision == Precision.FLOAT64
              ? engines.tensorflow64(places).result()
              : engines.tensorflow32(places));
    }
  }

  private static List<TensorValue> copies(RunResult result) {
    try (result) {
      return result.values().stream().map(TensorView::copy).toList();
    }
  }

  private static Progress part(Progress progress, int part, int parts) {
    String suffix = parts == 1 ? "" : ", part " + (part + 1) + " of " + parts;
    return (what, done, total) -> progress.step(what + suffix, part * total + done, parts * total);
  }
}
