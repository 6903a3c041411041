package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.inputs.TorchRandom;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.FourRuns;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Both frameworks in training mode with TensorFlow's masks, which follow from its seeds by Philox,
 * and with PyTorch's, which its own generator draws.
 */
public final class DropoutRun {
  private static final int RUNS = 2;
  private static final double KEPT = 1 - 0x1p-24;

  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final Map<String, TensorValue> batch;
  private final TrainingSide side;
  private final DropoutMasks masks;
  private final TensorFlowGraph graph;
  private final List<TorchModel.Output> outputs;

  private DropoutRun(Examination examination, Engines engines, TrainingSide side) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.side = side;
    this.batch = TrainingSide.batches(subject, 1, 1).get(0);
    this.masks = DropoutMasks.of(subject.torch(), side.graph());
    this.graph = masks.seeded(side.graph());
    this.outputs = Objective.outputs(subject.torch());
  }

  /** Empty where TensorFlow's graph has lost a dropout that PyTorch's program has. */
  public static List<TensorResult> of(Examination examination) throws IOException {
    Subject subject = examination.subject();
    try (Engines engines = new Engines(subject)) {
      DropoutRun run = new DropoutRun(examination, engines, TrainingSide.of(subject, List.of()));
      return run.masks.dropouts().size() < sites(subject.torch()).size() ? List.of() : run.all();
    }
  }

  public static List<Site> sites(TorchModel model) {
    return Site.of(model, m -> m instanceof Dropout);
  }

  private List<TensorResult> all() throws IOException {
    List<TensorResult> results = new ArrayList<>();
    step("TensorFlow's masks", 0);
    Map<Endpoint, TensorValue> uniform = new LinkedHashMap<>();
    Map<String, TensorValue> tf32 = new LinkedHashMap<>();
    List<TensorValue> factors32 = ofTensorflow(results, uniform, tf32);
    Map<String, TensorValue> tf64 = new LinkedHashMap<>();
    List<TensorValue> factors64;
    boolean isFloat64;
    try (TensorFlowEngine engine = side.engine(graph, Precision.FLOAT64)) {
      Map<Endpoint, TensorValue> feeds = side.feeds(batch);
      feeds.putAll(uniform);
      put(tf64, engine.run(feeds, places()), "TensorFlow's masks");
      factors64 = masks.factors(engine, feeds);
      isFloat64 = engine.islands().isEmpty();
      examination.describe(List.of(engine.settings()), engine.islands());
    }
    step("TensorFlow's masks in PyTorch", 1);
    results.addAll(
        new FourRuns(tf64, masked(DType.FLOAT64, factors64), tf32, masked(DType.FLOAT32, factors32))
            .judged(subject.request().tolerance(), name -> isFloat64));
    step("PyTorch's masks", 2);
    ofTorch(results);
    step("comparing", 4);
    return results;
  }

  private void step(String what, int done) {
    examination.progress().step("dropout: " + what, done, 4);
  }

  private List<Endpoint> places() {
    return outputs.stream().map(TorchModel.Output::source).toList();
  }

  private void put(Map<String, TensorValue> all, List<TensorValue> values, String whose) {
    for (int i = 0; i < outputs.size(); i++) {
      all.put("output " + outputs.get(i).name() + " with " + whose, values.get(i));
    }
  }

  /** TensorFlow draws by itself, run after run, and each time as Philox says. */
  private List<TensorValue> ofTensorflow(
      List<TensorResult> results,
      Map<Endpoint, TensorValue> uniform,
      Map<String, TensorValue> outputsOfRun)
      throws IOException {
    try (TensorFlowEngine engine = side.engine(graph, Precision.FLOAT32)) {
      List<Endpoint> fetches = new ArrayList<>(places());
      masks.dropouts().forEach(d -> fetches.add(d.op().drawn()));
      for (int run = 0; run < RUNS; run++) {
        List<TensorValue> found = engine.run(side.feeds(batch), fetches);
        List<TensorValue> drawn = found.subList(outputs.size(), found.size());
        Map<Endpoint, TensorValue> expected = masks.uniform(drawn, run);
        for (int i = 0; i < drawn.size(); i++) {
          results.add(drawn(i, run, drawn.get(i), expected));
        }
        if (run == 0) {
          uniform.putAll(expected);
          put(outputsOfRun, found.subList(0, outputs.size()), "TensorFlow's masks");
        }
      }
      Map<Endpoint, TensorValue> feeds = side.feeds(batch);
      feeds.putAll(uniform);
      return masks.factors(engine, feeds);
    }
  }

  private TensorResult drawn(
      int index, int run, TensorValue drawn, Map<Endpoint, TensorValue> expected) {
    DropoutMasks.Dropped dropped = masks.dropouts().get(index);
    boolean isEqual = drawn.equals(expected.get(dropped.op().drawn()));
    String seeds =
        "seeds %d and %d%s"
            .formatted(
                dropped.op().seed(),
                dropped.op().seed2(),
                dropped.isSeededHere() ? ", given here since the graph has none" : "");
    return TensorResult.exact(
        called(index) + " drawn in run " + (run + 1),
        dropped.op().drawn().toString(),
        isEqual,
        isEqual
            ? "TensorFlow's numbers are Philox's, bit for bit: " + seeds
            : "TensorFlow's numbers are not Philox's: " + seeds);
  }

  private Map<String, TensorValue> masked(DType floatType, List<TensorValue> factors)
      throws IOException {
    List<TensorValue> arguments =
        new ArrayList<>(TrainingSide.arguments(subject, batch, floatType));
    arguments.addAll(masks.arguments(factors));
    Map<String, TensorValue> all = new LinkedHashMap<>();
    try (TorchEngine engine =
        engines.torch(floatType, masks.program(subject.asConverted(List.of())))) {
      engine.train();
      put(all, floating(engine, arguments), "TensorFlow's masks");
    }
    return all;
  }

  /** The floating point outputs in TensorFlow's order. */
  private List<TensorValue> floating(TorchEngine engine, List<TensorValue> arguments) {
    List<TensorValue> found = new ArrayList<>();
    List<TorchModel.Output> every = subject.torch().outputs();
    try (RunResult result = engine.answer(arguments)) {
      for (int i = 0; i < every.size(); i++) {
        if (every.get(i).dtype().isFloating()) {
          found.add(Arrangement.toTensorflow(result.values().get(i).copy(), every.get(i).layout()));
        }
      }
    }
    return found;
  }

  private void ofTorch(List<TensorResult> results) throws IOException {
    List<TensorValue> factors = ownFactors();
    TorchRandom random = TorchRandom.manualSeed(subject.request().inputs().seed());
    Map<Endpoint, TensorValue> uniform = new LinkedHashMap<>();
    for (int i = 0; i < factors.size(); i++) {
      DropoutMasks.Dropped dropped = masks.dropouts().get(i);
      results.add(predicted(i, factors.get(i), random));
      TensorValue factor = Arrangement.toTensorflow(factors.get(i), dropped.site().layout());
      double[] numbers = factor.doubles();
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = numbers[k] == 0 ? 0 : KEPT;
      }
      uniform.put(
          dropped.op().drawn(), TensorValue.ofDoubles(DType.FLOAT32, factor.shape(), numbers));
    }
    Map<Endpoint, TensorValue> feeds = side.feeds(batch);
    feeds.putAll(uniform);
    Map<String, TensorValue> tf64 = tensorflow(Precision.FLOAT64, feeds);
    Map<String, TensorValue> tf32 = tensorflow(Precision.FLOAT32, feeds);
    step("PyTorch's masks in TensorFlow", 3);
    List<TensorResult> judged =
        new FourRuns(tf64, own(DType.FLOAT64), tf32, own(DType.FLOAT32))
            .judged(subject.request().tolerance(), name -> false);
    for (TensorResult result : judged) {
      results.add(
          result.verdict() == Verdict.MATCH
              ? result.with(
                  Verdict.MATCH,
                  "judged in float32 alone: TensorFlow scales by a float32 number, PyTorch by"
                      + " 1 / (1 - p) in double")
              : result);
    }
  }

  /** One module may be called several times. */
  private String called(int index) {
    String path = masks.dropouts().get(index).site().path();
    long call =
        masks.dropouts().subList(0, index).stream()
            .filter(d -> d.site().path().equals(path))
            .count();
    return call == 0 ? path : path + ", call " + (call + 1);
  }

  private TensorResult predicted(int index, TensorValue factor, TorchRandom random) {
    Dropout module = (Dropout) masks.dropouts().get(index).site().module();
    TensorValue kept = random.kept(factor.shape(), module.p());
    boolean isTwisters = true;
    for (long i = 0; i < factor.shape().count(); i++) {
      isTwisters &= (factor.doubleAt(i) != 0) == (kept.doubleAt(i) != 0);
    }
    return isTwisters
        ? TensorResult.exact(
            called(index) + " drawn by PyTorch", "", true, "PyTorch's mask is Mersenne Twister's")
        : new TensorResult(
            called(index) + " drawn by PyTorch",
            "",
            Verdict.NOT_CHECKED,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            "PyTorch draws from another generator than its Mersenne Twister here, as MKL has it on"
                + " Intel's processors; the mask that it drew is what TensorFlow is given");
  }

  private Map<String, TensorValue> tensorflow(
      Precision precision, Map<Endpoint, TensorValue> feeds) {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    try (TensorFlowEngine engine = side.engine(graph, precision)) {
      put(all, engine.run(feeds, places()), "PyTorch's masks");
    }
    return all;
  }

  /** The conversion's own program, which drops by itself. */
  private Map<String, TensorValue> own(DType floatType) throws IOException {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    try (TorchEngine engine = engines.torch(floatType, subject.asConverted(List.of()))) {
      engine.train();
      TorchEngine.manualSeed(subject.request().inputs().seed());
      put(
          all,
          floating(engine, TrainingSide.arguments(subject, batch, floatType)),
          "PyTorch's masks");
    }
    return all;
  }

  /** What PyTorch's dropouts make of ones, drawn as in {@link #own}. */
  private List<TensorValue> ownFactors() throws IOException {
    TorchModel model = subject.asConverted(List.of());
    List<Site> sites = masks.dropouts().stream().map(DropoutMasks.Dropped::site).toList();
    TorchModel program = DropoutFactors.told(model, sites);
    try (TorchEngine engine = engines.torch(DType.FLOAT32, program)) {
      engine.train();
      TorchEngine.manualSeed(subject.request().inputs().seed());
      List<TensorValue> all = engine.run(TrainingSide.arguments(subject, batch, DType.FLOAT32));
      return all.subList(model.outputs().size(), all.size());
    }
  }
}
