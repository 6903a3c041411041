package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.model.target.nn.BatchNorm;
import io.github.tf2torch.model.target.nn.BiasedBatchNorm;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorSource;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.DropoutMasks;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.engine.BatchNormOp;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.engine.TorchEngine;
import io.github.tf2torch.verify.engine.TrainingMode;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.FourRuns;
import io.github.tf2torch.verify.judge.ZeroMean;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.run.Objective;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.Retyped;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A few batches through both frameworks in training mode, without a step of an optimizer. */
public final class BatchNormRun {
  static final int BATCHES = 3;

  /**
   * Each batch normalization divides by the spread of a few examples, rounding included: of both
   * frameworks' float32, more is left after a deep network than at inference. Float64 and the rule
   * that compares each with its own rounding stay as they are.
   */
  private static final double AMPLIFIED = 10;

  private static final double NOISE_FACTOR = Comparison.NOISE_FACTOR;

  /** One number each, whose two roundings say nothing about each other. */
  private static final String SQUARES = " Σ output²";

  /** Of float64 to float32 is 2^-29; what a few examples amplify varies by less than 2^9. */
  private static final double FINER_UNIT = 0x1p-20;

  private static final int ROWS = 4;
  private static final List<String> STATISTICS = List.of("running_mean", "running_var");

  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final List<Site> sites;
  private final List<Map<String, TensorValue>> batches;
  private final TrainingSide side;
  private final DropoutMasks masks;
  private final Map<Site, BatchNormOp> ops = new LinkedHashMap<>();
  private final Set<Site> switched = new LinkedHashSet<>();
  private final List<String> updates = new ArrayList<>();
  private final Set<String> updated = new LinkedHashSet<>();
  private final Set<String> summed = new LinkedHashSet<>();
  private TensorFlowGraph graph;

  private BatchNormRun(Examination examination, Engines engines, List<Site> sites)
      throws IOException {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.sites = sites;
    this.batches = TrainingSide.batches(subject, BATCHES, ROWS);
    List<String> followed =
        sites.stream()
            .flatMap(s -> STATISTICS.stream().map(name -> s.path() + "." + name))
            .flatMap(name -> tensor(name).recipe().variables().stream())
            .toList();
    this.side = TrainingSide.of(subject, followed);
    this.masks = DropoutMasks.of(subject.torch(), side.graph());
    this.graph = masks.seeded(side.graph());
    findOps();
    findUpdates();
  }

  /**
   * What was compared.
   *
   * @param how where TensorFlow's side comes from
   */
  public record Outcome(List<TensorResult> results, String how) {
    public Outcome {
      results = List.copyOf(results);
    }
  }

  public static List<Site> sites(TorchModel model) {
    return Site.of(model, m -> m instanceof BatchNorm || m instanceof BiasedBatchNorm);
  }

  public static Outcome of(Examination examination) throws IOException {
    List<Site> sites = sites(examination.subject().torch());
    try (Engines engines = new Engines(examination.subject())) {
      return new BatchNormRun(examination, engines, sites).all();
    }
  }

  private void findOps() throws IOException {
    List<Endpoint> boundaries =
        subject.torch().taps().stream().map(TorchModel.Tap::source).toList();
    for (Site site : sites) {
      BatchNormOp op = BatchNormOp.at(graph, site.output(), boundaries);
      if (!op.isByBatch()) {
        BatchNormOp.Switched form = op.switched(graph, parameters(site));
        graph = form.graph();
        op = form.op();
        switched.add(site);
      }
      ops.put(site, op);
    }
  }

  private BatchNormOp.Parameters parameters(Site site) throws IOException {
    BatchNorm module = module(site.module());
    return new BatchNormOp.Parameters(
        site.input().orElse(site.output()),
        site.turned(),
        site.layout().order().axes().get(1),
        inTensorflowsOrder(site, value(site.path() + ".weight")),
        inTensorflowsOrder(site, value(site.path() + ".bias")),
        module.eps());
  }

  private void findUpdates() {
    List<Endpoint> fed = List.copyOf(side.feeds(batches.get(0)).keySet());
    for (Site site : sites) {
      for (String statistic : STATISTICS) {
        String name = site.path() + "." + statistic;
        List<String> variables = List.copyOf(tensor(name).recipe().variables());
        List<TrainingMode.Update> own =
            switched.contains(site) ? List.of() : TrainingMode.updates(graph, variables, fed);
        if (!own.isEmpty()) {
          own.forEach(u -> updates.add(u.node()));
          updated.add(name);
          if (!own.stream().allMatch(TrainingMode.Update::isByShare)) {
            summed.add(after(name));
          }
        }
      }
    }
  }

  private Outcome all() throws IOException {
    step("TensorFlow in float32", 0);
    List<Map<Endpoint, TensorValue>> uniform = new ArrayList<>();
    Side tf32 = tensorflow(Precision.FLOAT32, uniform);
    step("TensorFlow in float64", 1);
    Side tf64 = tensorflow(Precision.FLOAT64, uniform);
    step("PyTorch in float64", 2);
    Map<String, TensorValue> torch64 = torch(DType.FLOAT64, tf64.factors());
    step("PyTorch in float32", 3);
    Map<String, TensorValue> torch32 = torch(DType.FLOAT32, tf32.factors());
    step("comparing", 4);
    List<TensorResult> results =
        new FourRuns(tf64.values(), torch64, tf32.values(), torch32)
            .judged(
                subject::judgement,
                AMPLIFIED * subject.request().tolerance(),
                name -> tf64.isFloat64() && !summed.contains(name));
    step("comparing", 5);
    ZeroMean zero = new ZeroMean(tf64.values(), torch64, AMPLIFIED * subject.request().tolerance());
    return new Outcome(results.stream().map(this::explained).map(zero::explained).toList(), how());
  }

  /**
   * Whether both frameworks are as far from the truth as rounding takes them: TensorFlow's own
   * float32 is off by so much that a float64 which is a million times closer says no more. A
   * mistake would part both types alike.
   */
  private static boolean isRounding(TensorResult result) {
    double own = result.noise() > 0 ? result.error() / result.noise() : result.error();
    boolean isAsFar =
        result.noise() <= NOISE_FACTOR * NOISE_FACTOR || result.name().endsWith(SQUARES);
    return isAsFar && result.error64() <= Math.max(Comparison.FLOAT64_BOUND, own * FINER_UNIT);
  }

  private TensorResult explained(TensorResult result) {
    if (result.verdict() == Verdict.DIFFER && isRounding(result)) {
      return result.with(
          Verdict.NOT_CHECKED,
          "the statistics of so few examples amplify rounding: " + result.reason());
    }
    return result.verdict() == Verdict.MATCH && summed.contains(result.name())
        ? result.with(
            Verdict.MATCH,
            "judged in float32 alone: TensorFlow's shares of old and new are two float32 numbers,"
                + " whose sum is not quite one")
        : result;
  }

  private String how() {
    List<String> said = new ArrayList<>();
    if (subject.own().isPresent()) {
      return "from TensorFlow's momentum and epsilon, dropout off; " + amplified();
    }
    if (switched.size() < sites.size()) {
      said.add("the graph's own training form");
    }
    if (!switched.isEmpty()) {
      said.add(
          switched.size()
              + " of "
              + sites.size()
              + " operations of a graph that has lost its training form switched to training");
    }
    if (updated.size() < sites.size() * STATISTICS.size()) {
      said.add("the momentum of running statistics assumed as converted");
    }
    said.add(amplified());
    return String.join("; ", said);
  }

  private String amplified() {
    return "float32 to %.0e, since the statistics of a few examples amplify rounding"
        .formatted(AMPLIFIED * subject.request().tolerance());
  }

  private void step(String what, int done) {
    examination.progress().step("batchnorm: " + what, done, 5);
  }

  /** TensorFlow's values, and what its dropouts multiplied by in each batch. */
  private record Side(
      Map<String, TensorValue> values, List<List<TensorValue>> factors, boolean isFloat64) {}

  private Side tensorflow(Precision precision, List<Map<Endpoint, TensorValue>> uniform)
      throws IOException {
    DType dtype = precision == Precision.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Map<String, TensorValue> all = new LinkedHashMap<>();
    List<List<TensorValue>> factors = new ArrayList<>();
    try (TensorFlowEngine engine = side.engine(graph, precision)) {
      Map<String, TensorValue> running = new LinkedHashMap<>();
      for (int i = 0; i < BATCHES; i++) {
        Map<Endpoint, TensorValue> feeds = side.feeds(batches.get(i));
        if (uniform.size() == i) {
          uniform.add(masks.uniform(masks.drawn(engine, feeds), i));
        }
        feeds.putAll(uniform.get(i));
        factors.add(masks.factors(engine, feeds));
        tensorflow(engine, feeds, i, all, running);
      }
      for (Site site : sites) {
        for (String statistic : STATISTICS) {
          String name = site.path() + "." + statistic;
          TensorValue value =
              updated.contains(name) ? moved(name, engine, dtype) : running.get(name);
          all.put(after(name), value);
        }
      }
      examination.describe(List.of(engine.settings()), engine.islands());
      return new Side(all, factors, precision == Precision.FLOAT64 && engine.islands().isEmpty());
    }
  }

  private void tensorflow(
      TensorFlowEngine engine,
      Map<Endpoint, TensorValue> feeds,
      int batch,
      Map<String, TensorValue> all,
      Map<String, TensorValue> running)
      throws IOException {
    List<TorchModel.Output> outputs = Objective.outputs(subject.torch());
    List<Endpoint> fetches = new ArrayList<>(outputs.stream().map(o -> o.source()).toList());
    List<Site> computed =
        sites.stream().filter(s -> !updated.contains(s.path() + ".running_mean")).toList();
    for (Site site : computed) {
      fetches.add(ops.get(site).batchMean());
      fetches.add(ops.get(site).batchVariance(isBiased(site)));
    }
    if (batch == 0) {
      sites.forEach(s -> fetches.add(s.output()));
    }
    try (RunResult result = engine.step(feeds, fetches, updates)) {
      int at = 0;
      for (TorchModel.Output output : outputs) {
        join(all, output, result.values().get(at++).copy());
      }
      for (Site site : computed) {
        for (String statistic : STATISTICS) {
          String name = site.path() + "." + statistic;
          TensorValue found = result.values().get(at++).copy();
          if (!running.containsKey(name)) {
            running.put(name, value(name));
          }
          running.put(name, followed(running.get(name), inTorchsOrder(site, found), site));
        }
      }
      if (batch == 0) {
        for (Site site : sites) {
          all.put(squares(site), squares(result.values().get(at++).copy()));
        }
      }
    }
  }

  /** {@code (1 - momentum) * old + momentum * batch}, in the type of the batch's. */
  private static TensorValue followed(TensorValue old, TensorValue batch, Site site) {
    float momentum = module(site.module()).momentum();
    double[] before = old.doubles();
    double[] found = batch.doubles();
    for (int i = 0; i < found.length; i++) {
      // as PyTorch has it, whose momentum it is
      found[i] = before[i] + momentum * (found[i] - before[i]);
    }
    return TensorValue.ofDoubles(batch.dtype(), batch.shape(), found);
  }

  private TensorValue moved(String name, TensorFlowEngine engine, DType dtype) throws IOException {
    TensorSource source =
        (variable, offset, target) -> {
          TensorValue value = engine.run(Map.of(), engine.reads(variable).subList(0, 1)).get(0);
          target.put(value.bytes().slice(Math.toIntExact(offset), target.remaining()));
        };
    return Evaluation.value(Retyped.of(tensor(name).recipe(), dtype), source);
  }

  private Map<String, TensorValue> torch(DType floatType, List<List<TensorValue>> factors)
      throws IOException {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    List<TorchModel.Output> outputs = subject.torch().outputs();
    try (TorchEngine engine = engines.torch(floatType, program())) {
      engine.train();
      for (int i = 0; i < BATCHES; i++) {
        List<TensorValue> arguments =
            new ArrayList<>(TrainingSide.arguments(subject, batches.get(i), floatType));
        arguments.addAll(masks.arguments(factors.get(i)));
        try (RunResult result = engine.answer(arguments)) {
          for (int o = 0; o < outputs.size(); o++) {
            if (outputs.get(o).dtype().isFloating()) {
              TensorValue value = result.values().get(o).copy();
              join(all, outputs.get(o), Arrangement.toTensorflow(value, outputs.get(o).layout()));
            }
          }
          int at = outputs.size();
          for (Site site : sites) {
            TensorValue value = result.values().get(at++).copy();
            if (i == 0) {
              all.put(squares(site), squares(value));
            }
          }
          for (Site site : sites) {
            for (String statistic : STATISTICS) {
              all.put(after(site.path() + "." + statistic), result.values().get(at++).copy());
            }
          }
        }
      }
    }
    return all;
  }

  /** The conversion's program with every normalized tensor and every statistic for a tap. */
  private TorchModel program() {
    TorchModel model = masks.program(subject.asConverted(List.of()));
    List<Statement> body = new ArrayList<>(model.body());
    List<TorchModel.Tap> taps = new ArrayList<>();
    sites.forEach(
        s ->
            taps.add(
                new TorchModel.Tap(s.output(), s.value(), DType.FLOAT32, s.layout(), s.path())));
    for (Site site : sites) {
      for (String statistic : STATISTICS) {
        String value = "statistic_" + taps.size();
        String name = site.path() + "." + statistic;
        body.add(new Statement.Assign(value, new Expr.Attribute(name)));
        taps.add(
            new TorchModel.Tap(
                new Endpoint(name, 0), value, DType.FLOAT32, Layout.tensorflow(1), name));
      }
    }
    return new TorchModel(
        model.className(),
        model.inputs(),
        model.modules(),
        model.tensors(),
        body,
        model.outputs(),
        taps);
  }

  private TorchModel.Tensor tensor(String name) {
    return subject.torch().tensors().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private TensorValue value(String name) throws IOException {
    return Evaluation.value(tensor(name).recipe(), subject.tensorflow().tensors());
  }

  private static TensorValue inTensorflowsOrder(Site site, TensorValue value) {
    if (site.layout().flattened().isEmpty()) {
      return value;
    }
    TensorValue row = reshaped(value, Shape.of(1, value.shape().count()));
    return reshaped(Arrangement.toTensorflow(row, site.layout()), value.shape());
  }

  private static TensorValue inTorchsOrder(Site site, TensorValue value) {
    if (site.layout().flattened().isEmpty()) {
      return value;
    }
    TensorValue row = reshaped(value, Shape.of(1, value.shape().count()));
    return reshaped(Arrangement.toTorch(row, site.layout()), value.shape());
  }

  private static TensorValue reshaped(TensorValue value, Shape shape) {
    return TensorValue.filled(value.dtype(), shape, out -> out.put(value.bytes()));
  }

  private static boolean isBiased(Site site) {
    return site.module() instanceof BiasedBatchNorm;
  }

  public static BatchNorm module(TorchModule module) {
    return module instanceof BiasedBatchNorm b ? b.like() : (BatchNorm) module;
  }

  /** All batches as one tensor: rounding is judged by more than a few numbers. */
  private static void join(
      Map<String, TensorValue> all, TorchModel.Output output, TensorValue value) {
    all.merge(
        "output " + output.name() + " of " + BATCHES + " batches",
        reshaped(value, Shape.of(value.shape().count())),
        (before, more) ->
            TensorValue.filled(
                value.dtype(),
                Shape.of(before.shape().count() + more.shape().count()),
                out -> out.put(before.bytes()).put(more.bytes())));
  }

  private static String squares(Site site) {
    return site.path() + SQUARES;
  }

  private static String after(String statistic) {
    return statistic + " after " + BATCHES + " batches";
  }

  private static TensorValue squares(TensorValue value) {
    double sum = 0;
    for (double d : value.doubles()) {
      sum += d * d;
    }
    return TensorValue.ofDoubles(value.dtype(), Shape.of(), sum);
  }
}
