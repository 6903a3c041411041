package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.GraphTrainer;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorFlowGraph;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.judge.RateJudgement;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.run.ConvertedLoop;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The training that a source was written for, taken on by both frameworks: TensorFlow by the
 * graph's own operations, PyTorch by the conversion's loss and optimizer from {@code optimizer.pt}.
 */
public final class OwnTrainingRun {
  static final int STEPS = 5;
  private static final double USUAL_RATE = 1e-3;
  private static final double FLOAT32_UNIT = 0x1p-23;

  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final OwnStep own;
  private final TrainingBatches batches;
  private final Map<String, TorchModel.Tensor> statistics;

  /** What float32's TensorFlow stepped with, once a step; empty where parameters have their own. */
  private List<Optional<Double>> rates = List.of();

  private Optional<TrainingCause.Finding> cause = Optional.empty();

  /** Where dropout can't be switched off. */
  private Optional<StepMasks> masks = Optional.empty();

  private OwnTrainingRun(Examination examination, Engines engines, OwnStep own) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.own = own;
    this.batches = TrainingBatches.draw(subject, own, STEPS);
    this.statistics = LossObjective.statistics(subject.torch());
  }

  /**
   * Losses, parameters, slots and statistics; nothing where TensorFlow's loss is another each time
   * and no seeds say which.
   *
   * @param description of the training
   * @param cause of what parts; empty where nothing does
   */
  public record Result(
      Trained.Outcome outcome, String description, Optional<TrainingCause.Finding> cause) {}

  public static Result of(Examination examination, OwnStep own) throws IOException {
    try (Engines engines = new Engines(examination.subject())) {
      OwnTrainingRun run = new OwnTrainingRun(examination, engines, own);
      return new Result(run.all(), run.description(), run.cause);
    }
  }

  private String description() throws IOException {
    return STEPS
        + " steps of the graph's own train op ("
        + String.join(", ", own.step().targets())
        + (masks.isPresent() ? "), dropout by TensorFlow's masks in both" : "), dropout off")
        + ", and of "
        + own.optimizer().className()
        + " from optimizer.pt"
        + ConvertedLoop.around(ConvertedOptimizer.told(subject));
  }

  /** Under the same masks TensorFlow gives the same loss; else they do not hold all randomness. */
  private boolean repeatsItself() throws IOException {
    double once = firstLoss();
    return once == firstLoss();
  }

  private Trained.Outcome all() throws IOException {
    step("TensorFlow in float32", 0);
    if (isRandom()) {
      masks = StepMasks.of(subject);
      if (masks.isEmpty() || !repeatsItself()) {
        return new Trained.Outcome(List.of(), List.of());
      }
    }
    Trained tf32 = tensorflow(Precision.FLOAT32, STEPS);
    step("PyTorch in float32", 1);
    ConvertedTraining torch = torch(tf32);
    Trained torch32 = torch.run(DType.FLOAT32, STEPS, torch.groups(DType.FLOAT32));
    step("TensorFlow in float64", 2);
    Trained tf64 = tensorflow(Precision.FLOAT64, STEPS);
    step("PyTorch in float64", 3);
    Trained torch64 = torch.run(DType.FLOAT64, STEPS, torch.groups(DType.FLOAT64));
    step("comparing", 4);
    Trained.Runs runs = new Trained.Runs(tf64, torch64, tf32, torch32);
    List<TensorResult> results = new ArrayList<>();
    List<TensorResult> judged =
        runs.judged(subject, this::source, this::neighbour).stream()
            .map(this::withRoundedShares)
            .toList();
    results.addAll(judged);
    results.addAll(rateRow());
    cause = TrainingCause.of(judged, tf64, torch(tf32), n -> tensorflow(Precision.FLOAT64, n));
    step("comparing", 5);
    return new Trained.Outcome(results, runs.losses(STEPS));
  }

  private Trained neighbour(Subject next, Precision precision) throws IOException {
    try (Engines others = new Engines(next)) {
      OwnTrainingRun other = new OwnTrainingRun(examination.of(next), others, own);
      other.masks = masks;
      other.rates = rates;
      return other.tensorflow(precision, STEPS);
    }
  }

  /** What the graph has stepped with, beside the scheduler that it was converted to. */
  private List<TensorResult> rateRow() throws IOException {
    Optional<ConvertedRates> converted = ConvertedRates.of(ConvertedOptimizer.told(subject));
    if (converted.isEmpty() || rates.stream().anyMatch(Optional::isEmpty)) {
      return List.of();
    }
    return List.of(
        RateJudgement.of(
            converted.get().className(),
            rates.stream().map(Optional::orElseThrow).toList(),
            converted.get().next(rates.size())));
  }

  private ConvertedTraining torch(Trained tensorflow) throws IOException {
    return new ConvertedTraining(
        subject,
        engines,
        own,
        batches,
        masks,
        rates,
        tensorflow.byName().keySet(),
        ConvertedOptimizer.told(subject));
  }

  /**
   * TensorFlow blends a moving average by two float32 constants, 0.9 and 0.1, that add up to 1 only
   * as far as they are exact; PyTorch has one, and takes what is left to 1 for the other.
   */
  private TensorResult withRoundedShares(TensorResult result) {
    boolean isRounding =
        statistics.containsKey(result.name())
            && result.verdict() != Verdict.MATCH
            && result.error64() <= STEPS * FLOAT32_UNIT
            && result.error() <= subject.request().tolerance();
    return isRounding
        ? result.with(
            Verdict.MATCH,
            "parts in float64 by %s: the two shares of TensorFlow's average are rounded each on its own"
                .formatted(Findings.number(result.error64())))
        : result;
  }

  private void step(String what, int done) {
    examination.progress().step("training: " + what, done, 5);
  }

  private String source(String name) {
    return subject.torch().tensors().stream()
        .filter(t -> t.name().equals(name))
        .map(t -> t.recipe().describe())
        .findFirst()
        .orElse("");
  }

  private GraphTrainer trainer(Precision precision, GraphTrainer.Step step) {
    TensorFlowGraph graph = new TensorFlowGraph(own.step().graph(), own.step().handles());
    return GraphTrainer.open(
        masks.map(m -> m.seeded(graph)).orElse(graph),
        subject.tensorflow().variables(),
        subject.tensorflow().tensors(),
        precision,
        step);
  }

  /** Whether the loss of one batch is another when it is computed again, as dropout makes it. */
  private boolean isRandom() {
    try (GraphTrainer trainer = trainer(Precision.FLOAT32, lossAlone())) {
      double first = trainer.step(batches.feeds(0)).loss();
      return first != trainer.step(batches.feeds(0)).loss();
    }
  }

  /** Of a session that begins, where seeds say what is drawn. */
  private double firstLoss() {
    try (GraphTrainer trainer = trainer(Precision.FLOAT32, lossAlone())) {
      return trainer.step(batches.feeds(0)).loss();
    }
  }

  private GraphTrainer.Step lossAlone() {
    return new GraphTrainer.Step(
        own.step().loss(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private Trained tensorflow(Precision precision, int steps) throws IOException {
    boolean isFloat64 = precision == Precision.FLOAT64;
    Map<String, TensorValue> all = new LinkedHashMap<>();
    List<Optional<Double>> found = new ArrayList<>();
    try (GraphTrainer trainer =
        trainer(precision, own.graphStep(subject.tensorflow().optimizers()))) {
      for (int i = 0; i < steps; i++) {
        Map<Endpoint, TensorValue> feeds = batches.feeds(i);
        fedRates(i).forEach(feeds::putIfAbsent);
        GraphTrainer.Stepped stepped = trainer.step(feeds);
        all.put("loss " + (i + 1), number(isFloat64, stepped.loss()));
        Set<Double> distinct = new HashSet<>(stepped.rates().values());
        found.add(distinct.size() == 1 ? distinct.stream().findFirst() : Optional.empty());
      }
      if (rates.isEmpty()) {
        rates = List.copyOf(found);
      }
      new OwnValues(subject, own.optimizer()).put(all, trainer);
      examination.describe(List.of(trainer.settings()), trainer.islands());
      return new Trained(all, isFloat64 && trainer.islands().isEmpty());
    }
  }

  /** A rate that is fed is the converted optimizer's; one that is computed, in float32 alone. */
  private Map<Endpoint, TensorValue> fedRates(int step) {
    Map<Endpoint, TensorValue> fed = new LinkedHashMap<>();
    for (Endpoint rate : own.step().rates()) {
      boolean isFed =
          own.step().graph().getNodeList().stream()
              .anyMatch(
                  n -> n.getName().equals(rate.node()) && n.getOp().startsWith("Placeholder"));
      if (isFed) {
        fed.put(rate, number(false, convertedRate()));
      } else if (!rates.isEmpty() && rates.get(step).isPresent()) {
        fed.put(rate, number(false, rates.get(step).get()));
      }
    }
    return fed;
  }

  private double convertedRate() {
    return own.optimizer().groups().stream()
        .map(g -> g.settings().get("lr"))
        .filter(Config.Real.class::isInstance)
        .map(c -> ((Config.Real) c).value())
        .findFirst()
        .orElse(USUAL_RATE);
  }

  private static TensorValue number(boolean isFloat64, double value) {
    return TensorValue.ofDoubles(isFloat64 ? DType.FLOAT64 : DType.FLOAT32, Shape.of(), value);
  }
}
