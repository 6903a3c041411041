package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.StepFrame;
import io.github.tf2torch.verify.engine.StepSession;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowTrainer;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.TorchTrainer;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.step.SourceSteps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Both frameworks trained in both precisions by a synthetic loss, and by the source's own optimizer
 * or, where it has none that can be stepped, a synthetic one.
 */
final class TrainingRun {
  private static final int STEPS = 2;
  private static final int FEW = 8;
  private static final int MOST = 16;
  private static final float RATE = 0.01f;
  private static final float MOMENTUM = 0.9f;
  private static final String LOSS =
      "synthetic loss: the mean of the outputs times seeded normal numbers";

  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final Leaves leaves;
  private final OwnOptimizer.Found found;
  private final int batches;
  private final TrainingRates rates;
  private Optional<OutputWeights> weights = Optional.empty();
  private Optional<TrainingCause.Finding> cause = Optional.empty();

  private TrainingRun(Examination examination, Engines engines, UnaryOperator<OwnOptimizer> altered)
      throws IOException {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.leaves = Leaves.of(subject.torch());
    OwnOptimizer.Found whole = OwnOptimizer.of(subject, leaves);
    this.found = new OwnOptimizer.Found(whole.own().map(altered), whole.impediment());
    this.batches = found.own().map(o -> batches(o.frame(), o.isNear() ? 1 : STEPS)).orElse(STEPS);
    this.rates =
        found.own().isPresent()
            ? TrainingRates.of(found.own().get(), ConvertedOptimizer.told(subject))
            : TrainingRates.NONE;
  }

  /** As many as make two steps, where several make one; or one step, where that takes long. */
  private static int batches(StepFrame frame, int wanted) {
    List<Integer> steps =
        IntStream.range(0, MOST)
            .filter(i -> frame.runs(i).contains(StepFrame.STEP))
            .boxed()
            .toList();
    if (steps.size() >= wanted && steps.get(wanted - 1) < FEW) {
      return steps.get(wanted - 1) + 1;
    }
    return steps.isEmpty() ? MOST : Math.max(wanted, steps.get(0) + 1);
  }

  /**
   * Losses, parameters and slots.
   *
   * @param description of the training
   * @param cause of what parts; empty where nothing does, or no optimizer of the source's steps
   */
  record Result(
      Trained.Outcome outcome, String description, Optional<TrainingCause.Finding> cause) {}

  static Result of(Examination examination) throws IOException {
    return of(examination, UnaryOperator.identity());
  }

  /** The same with an optimizer that is another than was converted, to see whether it is found. */
  static Result of(Examination examination, UnaryOperator<OwnOptimizer> altered)
      throws IOException {
    try (Engines engines = new Engines(examination.subject())) {
      TrainingRun run = new TrainingRun(examination, engines, altered);
      return new Result(run.all(), run.description(), run.cause);
    }
  }

  /** Of the same training, to be stepped elsewhere as well. */
  static TrainingRun open(Examination examination, Engines engines) throws IOException {
    return new TrainingRun(examination, engines, UnaryOperator.identity());
  }

  /** The source's optimizer. */
  Optional<OwnOptimizer> own() {
    return found.own();
  }

  int batches() {
    return batches;
  }

  /** Of the outputs in the loss, as PyTorch holds them; known once TensorFlow has run. */
  List<TensorValue> heldWeights() {
    return weights.orElseThrow().asHeld(subject);
  }

  private String description() throws IOException {
    if (found.own().isPresent()) {
      return "%d %s of the source's optimizer (%s, from its slots) and of %s from optimizer.pt%s (%s)"
          .formatted(
              batches,
              found.own().get().frame().slots().isEmpty() ? "steps" : "batches",
              found.own().get().kind(),
              found.own().get().optimizer().className() + near(),
              ConvertedLoop.around(ConvertedOptimizer.told(subject))
                  + ConvertedRates.of(ConvertedOptimizer.told(subject))
                      .map(r -> ", at the rates of " + r.className())
                      .orElse(""),
              LOSS);
    }
    return "%d steps (%s; synthetic optimizer: SGD with Nesterov momentum, %s and %s)%s"
        .formatted(
            STEPS,
            LOSS,
            RATE,
            MOMENTUM,
            found.impediment().map(i -> "; the source's own is not stepped: " + i).orElse(""));
  }

  private String near() {
    OwnOptimizer own = found.own().orElseThrow();
    return own.isNear()
        ? " of torch.optim, as near as the conversion says (steps off by %s of themselves),"
            .formatted(Findings.number(own.optimizer().stepError()))
        : "";
  }

  private Trained.Outcome all() throws IOException {
    step("TensorFlow in float64", 0);
    Trained tf64 = tensorflow(Precision.FLOAT64, batches);
    if (tf64.byName().size() == batches) {
      return new Trained.Outcome(List.of(), List.of());
    }
    step("PyTorch in float64", 1);
    if (found.own().isPresent() && found.own().get().isNear()) {
      return near(tf64);
    }
    Trained torch64 = torch(DType.FLOAT64, tf64);
    step("TensorFlow in float32", 2);
    Trained tf32 = tensorflow(Precision.FLOAT32, batches);
    step("PyTorch in float32", 3);
    Trained torch32 = torch(DType.FLOAT32, tf64);
    step("comparing", 4);
    Trained.Runs runs = new Trained.Runs(tf64, torch64, tf32, torch32);
    List<TensorResult> results = new ArrayList<>();
    rates.row().ifPresent(results::add);
    results.addAll(runs.judged(subject, this::source, this::neighbour));
    if (found.own().isPresent()) {
      JsonNode told = ConvertedOptimizer.told(subject);
      LossScaleRow.of(told, found.own().get().frame(), batches).ifPresent(results::add);
    }
    if (found.own().isPresent()) {
      cause = TrainingCause.of(results, tf64, stepped(), n -> tensorflow(Precision.FLOAT64, n));
    }
    step("comparing", 5);
    return new Trained.Outcome(results, runs.losses(batches));
  }

  private Trained neighbour(Subject next, Precision precision) throws IOException {
    try (Engines others = new Engines(next)) {
      TrainingRun other =
          new TrainingRun(examination.of(next), others, own -> found.own().orElse(own));
      other.weights = weights;
      return other.tensorflow(precision, batches);
    }
  }

  /** The first step, in float64 alone: what is said of it is no matter of rounding. */
  private Trained.Outcome near(Trained tf64) throws IOException {
    NearRun near = new NearRun(subject, stepped());
    List<TensorResult> results = new ArrayList<>();
    rates.row().ifPresent(results::add);
    results.addAll(near.steps(tf64));
    if (near.isOfEpsilon()) {
      step("TensorFlow without epsilon", 3);
      Optional<OwnOptimizer> bare = OwnOptimizer.withoutEpsilon(subject, leaves).own();
      TrainingRun other = new TrainingRun(examination, engines, o -> bare.orElse(o));
      other.weights = weights;
      results.addAll(near.stepsWithoutEpsilon(other.tensorflow(Precision.FLOAT64, batches)));
    }
    step("comparing", 5);
    return new Trained.Outcome(results, List.of());
  }

  private void step(String what, int done) {
    examination.progress().step("training: " + what, done, 5);
  }

  private String source(String name) {
    return subject.torch().tensors().stream()
        .filter(t -> name.equals(t.name()) || name.endsWith(Trained.OF + t.name()))
        .map(t -> t.recipe().describe())
        .findFirst()
        .orElse("");
  }

  /** TensorFlow's first steps. */
  Trained tensorflow(Precision precision, int steps) throws IOException {
    try (TensorFlowEngine engine = engines.differentiable(precision)) {
      if (weights.isEmpty()) {
        weights =
            Optional.of(
                OutputWeights.draw(subject, engine, engines.feeds(), GradOutputs.ALL_RANDOM)
                    .ofMean());
      }
      Map<String, TensorFlowTrainer.Trainee> trainees = new LinkedHashMap<>();
      for (Map.Entry<String, Leaves.Leaf> leaf : leaves.byName().entrySet()) {
        trainee(leaf.getKey(), leaf.getValue(), engine)
            .ifPresent(t -> trainees.put(leaf.getKey(), t));
      }
      try (TensorFlowTrainer trainer =
          new TensorFlowTrainer(
              engine,
              engines.feeds(),
              weights.get().byEndpoint(),
              trainees,
              found.own().map(OwnOptimizer::frame).orElse(StepFrame.NONE))) {
        Map<String, TensorValue> all = new LinkedHashMap<>();
        for (int i = 1; i <= steps; i++) {
          all.put("loss " + i, loss(precision == Precision.FLOAT64, trainer.step()));
        }
        new TrainedValues(subject, leaves, found.own()).put(all, trainer);
        return new Trained(all, engine.islands().isEmpty());
      }
    }
  }

  private Optional<TensorFlowTrainer.Trainee> trainee(
      String name, Leaves.Leaf leaf, TensorFlowEngine engine) throws IOException {
    List<Endpoint> places = leaf.places(name, engine);
    Optional<OwnOptimizer> own = found.own();
    if (places.isEmpty() || own.isPresent() && !own.get().steps().containsKey(name)) {
      return Optional.empty();
    }
    TensorValue value = Evaluation.value(leaf.expression(), subject.tensorflow().tensors());
    StepSession.Stepped stepped =
        own.isPresent()
            ? new StepSession.Stepped(
                value,
                rates.tensorflow().isEmpty()
                    ? own.get().steps().get(name)
                    : own.get().steps().get(name).at(rates.tensorflow()::get),
                own.get().slots().getOrDefault(name, Map.of()))
            : new StepSession.Stepped(value, SourceSteps.synthetic(RATE, MOMENTUM), Map.of());
    return Optional.of(new TensorFlowTrainer.Trainee(places, stepped));
  }

  private TensorValue loss(boolean isFloat64, double value) {
    return weights.orElseThrow().loss(isFloat64 ? DType.FLOAT64 : DType.FLOAT32, value);
  }

  private Trained torch(DType floatType, Trained like) throws IOException {
    if (found.own().isPresent()) {
      ObjectiveTraining training = stepped();
      return training.run(floatType, batches, training.groups(floatType));
    }
    List<TensorValue> inputs =
        engines.objectiveInputs(floatType, weights.orElseThrow().asHeld(subject));
    return torchBySynthetic(floatType, like, inputs);
  }

  /** PyTorch's side of the same. */
  ObjectiveTraining stepped() throws IOException {
    return new ObjectiveTraining(
        engines,
        found.own().orElseThrow(),
        rates.torch(),
        weights.orElseThrow(),
        subject,
        batches,
        ConvertedOptimizer.told(subject));
  }

  private Trained torchBySynthetic(DType floatType, Trained like, List<TensorValue> inputs)
      throws IOException {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    try (TorchTrainer trainer = engines.torchTrainer(floatType, SgdStep.program(RATE, MOMENTUM))) {
      for (int i = 1; i <= batches; i++) {
        all.put("loss " + i, loss(floatType == DType.FLOAT64, trainer.step(inputs)));
      }
      for (TorchModel.Tensor tensor : subject.torch().tensors()) {
        if (like.byName().containsKey(tensor.name())) {
          TensorView parameter = trainer.parameter(tensor.name());
          all.put(tensor.name(), parameter.copy());
          all.put(
              Trained.slot("momentum", tensor.name()),
              trainer
                  .slot(tensor.name())
                  .map(TensorView::copy)
                  .orElseGet(
                      () ->
                          TensorValue.ofDoubles(
                              parameter.dtype(),
                              parameter.shape(),
                              new double[Math.toIntExact(parameter.shape().count())])));
        }
      }
    }
    return new Trained(all, true);
  }
}
