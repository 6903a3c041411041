package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.OptimizerTrainer;
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
import java.util.stream.IntStream;

/**
 * Both frameworks trained in both precisions by a synthetic loss, and by the source's own optimizer
 * or, where it has none that can be stepped, a synthetic one.
 */
final class TrainingRun {
  private static final int STEPS = 2;
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

  private TrainingRun(Examination examination, Engines engines) throws IOException {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.leaves = Leaves.of(subject.torch());
    this.found = OwnOptimizer.of(subject, leaves);
    this.batches = found.own().map(o -> batches(o.frame())).orElse(STEPS);
    this.rates =
        found.own().isPresent()
            ? TrainingRates.of(found.own().get(), ConvertedOptimizer.told(subject))
            : TrainingRates.NONE;
  }

  /** As many as make a step, where several do; at most {@link #MOST}. */
  private static int batches(StepFrame frame) {
    int count = STEPS;
    while (count < MOST
        && IntStream.range(0, count).noneMatch(i -> frame.runs(i).contains(StepFrame.STEP))) {
      count++;
    }
    return count;
  }

  /**
   * Losses, parameters and slots.
   *
   * @param description of the training
   */
  record Result(Trained.Outcome outcome, String description) {}

  static Result of(Examination examination) throws IOException {
    try (Engines engines = new Engines(examination.subject())) {
      TrainingRun run = new TrainingRun(examination, engines);
      return new Result(run.all(), run.description());
    }
  }

  private String description() throws IOException {
    if (found.own().isPresent()) {
      return "%d %s of the source's optimizer (%s, from its slots) and of %s from optimizer.pt%s (%s)"
          .formatted(
              batches,
              found.own().get().frame().slots().isEmpty() ? "steps" : "batches",
              found.own().get().kind(),
              found.own().get().optimizer().className(),
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

  private Trained.Outcome all() throws IOException {
    step("TensorFlow in float64", 0);
    Trained tf64 = tensorflow(Precision.FLOAT64);
    if (tf64.byName().size() == batches) {
      return new Trained.Outcome(List.of(), List.of());
    }
    step("PyTorch in float64", 1);
    Trained torch64 = torch(DType.FLOAT64, tf64);
    step("TensorFlow in float32", 2);
    Trained tf32 = tensorflow(Precision.FLOAT32);
    step("PyTorch in float32", 3);
    Trained torch32 = torch(DType.FLOAT32, tf64);
    step("comparing", 4);
    Trained.Runs runs = new Trained.Runs(tf64, torch64, tf32, torch32);
    List<TensorResult> results = new ArrayList<>();
    rates.row().ifPresent(results::add);
    results.addAll(
        runs.judged(subject.request().tolerance(), Kinks.of(subject.torch()), this::source));
    step("comparing", 5);
    return new Trained.Outcome(results, runs.losses(batches));
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

  private Trained tensorflow(Precision precision) throws IOException {
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
        for (int i = 1; i <= batches; i++) {
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

  /** With the size of what was summed, which its rounding goes with: the sum itself may vanish. */
  private TensorValue loss(boolean isFloat64, double value) {
    return TensorValue.ofDoubles(
        isFloat64 ? DType.FLOAT64 : DType.FLOAT32,
        Shape.of(2),
        value,
        weights.orElseThrow().size());
  }

  private Trained torch(DType floatType, Trained like) throws IOException {
    List<TensorValue> inputs =
        engines.objectiveInputs(floatType, weights.orElseThrow().asHeld(subject));
    return found.own().isPresent()
        ? torchByOwn(floatType, found.own().get().optimizer(), inputs)
        : torchBySynthetic(floatType, like, inputs);
  }

  private Trained torchByOwn(DType floatType, TorchOptimizer optimizer, List<TensorValue> inputs)
      throws IOException {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    try (OptimizerState state =
            OptimizerState.open(subject.file("optimizer.pt"), optimizer, subject.torch());
        OptimizerTrainer trainer =
            engines.objectiveTrainer(
                state.groups(floatType),
                state.loop(ConvertedOptimizer.told(subject), batches, floatType),
                floatType)) {
      int done = 0;
      for (int i = 1; i <= batches; i++) {
        if (!rates.torch().isEmpty()) {
          trainer.setLearningRate(rates.torch().get(done));
        }
        all.put("loss " + i, loss(floatType == DType.FLOAT64, trainer.step(inputs)));
        // a scheduler makes a step behind each of the optimizer's
        done += found.own().get().frame().runs(i - 1).contains(StepFrame.STEP) ? 1 : 0;
      }
      for (TorchOptimizer.Group group : optimizer.groups()) {
        List<UpdateRule.State> kept = state.rule(group).state();
        for (String parameter : group.parameters()) {
          all.put(parameter, trainer.parameter(parameter));
          List<TensorValue> values = trainer.state(parameter);
          for (int i = 0; i < values.size(); i++) {
            all.put(Trained.slot(kept.get(i).name(), parameter), values.get(i));
          }
          trainer.kept(parameter).forEach((n, v) -> all.put(Trained.slot(n, parameter), v));
        }
      }
    }
    return new Trained(all, true);
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
