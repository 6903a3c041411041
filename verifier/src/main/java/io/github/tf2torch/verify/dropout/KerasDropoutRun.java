package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.MissingGradient;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.gradients.GradientRun;
import io.github.tf2torch.verify.inputs.TensorFlowRandom;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.FourRuns;
import io.github.tf2torch.verify.judge.Own;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.reference.Draw;
import io.github.tf2torch.verify.reference.Drawn;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.ForwardRun;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Both sides of a Keras file with what its layers draw in training: TensorFlow's draws, which
 * follow from Keras's seeds by Philox, and PyTorch's own. All else stays as at inference.
 */
public final class KerasDropoutRun {
  private static final int CALLS = 2;

  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final KerasDraws draws;
  private final List<TensorResult> results = new ArrayList<>();

  private KerasDropoutRun(Examination examination, Engines engines, KerasDraws draws) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.draws = draws;
  }

  public static List<TensorResult> of(Examination examination, KerasDraws draws)
      throws IOException {
    try (Engines engines = new Engines(examination.subject())) {
      return new KerasDropoutRun(examination, engines, draws).all();
    }
  }

  private List<TensorResult> all() throws IOException {
    step("TensorFlow's draws", 0);
    List<KerasDraws.Call> calls = draws.calls(CALLS);
    for (int call = 0; call < CALLS; call++) {
      philox(calls.get(call).numbers(), call);
    }
    step("PyTorch's draws", 1);
    KerasDraws.Told told = draws.told(engines, subject.request().inputs().seed());
    DrawPartners partners = DrawPartners.of(draws, told, subject.request().inputs().seed());
    results.addAll(partners.rows());
    Optional<List<DrawArrangement>> arrangements = partners.arrangements();
    inference();
    if (arrangements.isEmpty()) {
      return results;
    }
    step("TensorFlow's draws in PyTorch", 2);
    ofTensorflow(draws.given(calls.get(0).values(), arrangements.get()));
    step("PyTorch's draws in TensorFlow", 3);
    ofTorch(told, arrangements.get());
    step("comparing", 4);
    return results;
  }

  private void step(String what, int done) {
    examination.progress().step("dropout: " + what, done, 4);
  }

  private void philox(List<TensorValue> found, int call) throws IOException {
    List<DrawSeeds.Seeds> seeds = draws.seeds(call);
    for (int i = 0; i < found.size(); i++) {
      Draw draw = draws.draws().get(i);
      TensorFlowRandom random =
          TensorFlowRandom.seedGenerator(seeds.get(i).seed(), seeds.get(i).count());
      boolean isNormal = draw.kind() == Draw.Kind.NORMAL;
      TensorValue expected =
          isNormal
              ? random.normal(DType.FLOAT32, draw.shape())
              : random.uniform(DType.FLOAT32, draw.shape());
      boolean isEqual =
          isNormal ? DrawPartners.isNear(expected, found.get(i)) : expected.equals(found.get(i));
      String from =
          "(%d, %d), %s".formatted(seeds.get(i).seed(), seeds.get(i).count(), seeds.get(i).words());
      results.add(
          TensorResult.exact(
              draws.key(i) + " in call " + (call + 1),
              draw.path(),
              isEqual,
              isEqual
                  ? "TensorFlow's numbers are Philox's" + said(draw, found.get(i)) + ": " + from
                  : "TensorFlow's numbers are not Philox's: " + from));
    }
  }

  private static String said(Draw draw, TensorValue numbers) {
    if (draw.kind() == Draw.Kind.NORMAL) {
      return ", but for the last bits";
    }
    long kept = Arrays.stream(numbers.doubles()).filter(u -> u >= (float) draw.rate()).count();
    return ", bit for bit; of %d it keeps %d at the rate %s"
        .formatted(draw.shape().count(), kept, draw.rate());
  }

  /** At inference two seeds make no difference. */
  private void inference() throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    try (TorchEngine engine = engines.torch(DType.FLOAT32, subject.asConverted(taps))) {
      List<List<TensorValue>> runs = new ArrayList<>();
      for (int run = 0; run < 2; run++) {
        TorchEngine.manualSeed(subject.request().inputs().seed() + run);
        runs.add(engine.run(subject.torchInputs()));
      }
      int outputs = subject.torch().outputs().size();
      Optional<String> first = Optional.empty();
      for (int i = runs.get(0).size() - 1; i >= 0; i--) {
        if (!runs.get(0).get(i).equals(runs.get(1).get(i))) {
          first =
              Optional.of(
                  i < outputs && first.isPresent()
                      ? first.get()
                      : i < outputs
                          ? subject.torch().outputs().get(i).name()
                          : taps.get(i - outputs).layer());
        }
      }
      results.add(
          TensorResult.exact(
              first.map(f -> f + " at inference").orElse("PyTorch at inference"),
              "",
              first.isEmpty(),
              first
                  .map(f -> "PyTorch draws at inference too: another seed is another answer")
                  .orElse("draws nothing: two seeds, one answer")));
    }
  }

  private void ofTensorflow(Subject both) throws IOException {
    Examination other = examination.of(both);
    ForwardRun run = ForwardRun.of(both, both.torch().taps(), examination.progress());
    examination.describe(run.settings(), run.islands());
    Own.of(run.layers(), run.alone(), Comparison.FLOAT64_BOUND)
        .layers()
        .forEach(r -> results.add(named("layer " + r.name() + " with TensorFlow's draws", r)));
    run.outputs()
        .forEach(r -> results.add(named("output " + r.name() + " with TensorFlow's draws", r)));
    try {
      GradientRun.of(other)
          .forEach(
              r -> results.add(named("gradient of " + r.name() + " with TensorFlow's draws", r)));
    } catch (MissingGradient e) {
      results.add(
          new TensorResult(
              "gradients with TensorFlow's draws",
              "",
              Verdict.NOT_CHECKED,
              Double.NaN,
              Double.NaN,
              Double.NaN,
              String.valueOf(e.getMessage())));
    }
  }

  private static TensorResult named(String name, TensorResult r) {
    return new TensorResult(
        name, r.source(), r.verdict(), r.error(), r.error64(), r.noise(), r.reason());
  }

  private void ofTorch(KerasDraws.Told told, List<DrawArrangement> arrangements)
      throws IOException {
    Map<Draw, TensorValue> values = new LinkedHashMap<>();
    List<Optional<Drawn>> partners = draws.partners();
    for (int i = 0; i < partners.size(); i++) {
      List<Draw> parts = draws.held().get(i).ordered(partners.get(i).orElseThrow());
      List<TensorValue> split =
          arrangements.get(i).parts(told.draws().get(i), parts.stream().map(Draw::shape).toList());
      for (int k = 0; k < parts.size(); k++) {
        values.put(parts.get(k), scaled(parts.get(k), split.get(k)));
      }
    }
    Subject both = draws.given(draws.draws().stream().map(values::get).toList(), arrangements);
    List<TorchModel.Output> outputs = subject.torch().outputs();
    List<Place> places = outputs.stream().map(Place::of).toList();
    Map<String, TensorValue> tf64 = new LinkedHashMap<>();
    Map<String, TensorValue> tf32 = new LinkedHashMap<>();
    Map<String, TensorValue> torch64 = new LinkedHashMap<>();
    Map<String, TensorValue> torch32 = new LinkedHashMap<>();
    boolean isFloat64;
    try (Engines engine = new Engines(both)) {
      Engines.Float64 wide = engine.tensorflow64(places);
      isFloat64 = wide.islands().isEmpty();
      try (RunResult result = wide.result();
          RunResult narrow = engine.tensorflow32(places);
          RunResult held = engine.torchTapped(DType.FLOAT64, List.of())) {
        for (int i = 0; i < outputs.size(); i++) {
          if (!outputs.get(i).dtype().isFloating()) {
            continue;
          }
          String name = "output " + outputs.get(i).name() + " with PyTorch's draws";
          tf64.put(name, result.values().get(i).copy());
          tf32.put(name, narrow.values().get(i).copy());
          torch64.put(
              name, Arrangement.toTensorflow(held.values().get(i).copy(), outputs.get(i).layout()));
          torch32.put(
              name, Arrangement.toTensorflow(told.outputs().get(i), outputs.get(i).layout()));
        }
      }
    }
    results.addAll(
        new FourRuns(tf64, torch64, tf32, torch32)
            .judged(subject.request().tolerance(), name -> isFloat64));
  }

  /** As TensorFlow scales what it keeps. */
  private static TensorValue scaled(Draw draw, TensorValue drawn) {
    if (draw.kind() != Draw.Kind.FACTOR) {
      return drawn;
    }
    double[] numbers = drawn.doubles();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = numbers[i] == 0 ? 0 : (float) (1 / (1 - draw.rate()));
    }
    return TensorValue.ofDoubles(DType.FLOAT32, drawn.shape(), numbers);
  }
}
