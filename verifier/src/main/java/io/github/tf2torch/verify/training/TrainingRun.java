package io.github.tf2torch.verify.training;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.Examination;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Both frameworks trained in both precisions by a synthetic loss, and by the source's own optimizer
 * or, where it has none that can be stepped, a synthetic one.
 */
public final class TrainingRun {
  private final Examination examination;
  private final Subject subject;
  private final Engines engines;
  private final TrainingPlan plan;
  private final StepInputs inputs;
  private final SourceTraining source;
  private Optional<TrainingCause.Finding> cause = Optional.empty();

  private TrainingRun(
      Examination examination, Engines engines, TrainingPlan plan, StepInputs inputs) {
    this.examination = examination;
    this.subject = examination.subject();
    this.engines = engines;
    this.plan = plan;
    this.inputs = inputs;
    this.source = new SourceTraining(subject, engines, plan, inputs, Optional.empty());
  }

  /**
   * Losses, parameters and slots.
   *
   * @param description of the training
   * @param cause of what parts; empty where nothing does, or no optimizer of the source's steps
   */
  public record Result(
      Trained.Outcome outcome, String description, Optional<TrainingCause.Finding> cause) {}

  public static Result of(Examination examination) throws IOException {
    return of(examination, UnaryOperator.identity());
  }

  /** The same with an optimizer that is another than was converted, to see whether it is found. */
  public static Result of(Examination examination, UnaryOperator<OwnOptimizer> altered)
      throws IOException {
    TrainingPlan plan = TrainingPlan.of(examination.subject(), altered);
    TrainingDraws draws = TrainingDraws.of(examination, plan.batches());
    try (Engines engines = new Engines(draws.examination().subject())) {
      TrainingRun run = new TrainingRun(draws.examination(), engines, plan, draws.inputs());
      Trained.Outcome outcome = run.all();
      return new Result(outcome, plan.description() + draws.words(), run.cause);
    }
  }

  /** Of the same training at inference, to be stepped elsewhere as well. */
  public static TrainingRun open(Examination examination, Engines engines) throws IOException {
    TrainingPlan plan = TrainingPlan.of(examination.subject(), UnaryOperator.identity());
    return new TrainingRun(examination, engines, plan, StepInputs.SAME);
  }

  /** The source's optimizer. */
  public Optional<OwnOptimizer> own() {
    return plan.own();
  }

  public int batches() {
    return plan.batches();
  }

  /** Of the outputs in the loss, as PyTorch holds them; known once TensorFlow has run. */
  public List<TensorValue> heldWeights() {
    return source.weights().asHeld(subject);
  }

  private Trained.Outcome all() throws IOException {
    step("TensorFlow in float64", 0);
    Trained tf64 = tensorflow(Precision.FLOAT64, plan.batches());
    if (tf64.byName().size() == plan.batches()) {
      return new Trained.Outcome(List.of(), List.of());
    }
    step("PyTorch in float64", 1);
    if (plan.isNear()) {
      return near(tf64);
    }
    Trained torch64 = torch(DType.FLOAT64, tf64);
    step("TensorFlow in float32", 2);
    Trained tf32 = tensorflow(Precision.FLOAT32, plan.batches());
    step("PyTorch in float32", 3);
    Trained torch32 = torch(DType.FLOAT32, tf64);
    step("comparing", 4);
    Trained.Runs runs = new Trained.Runs(tf64, torch64, tf32, torch32);
    List<TensorResult> results = new ArrayList<>();
    plan.rates().row().ifPresent(results::add);
    results.addAll(runs.judged(subject, this::recipe, this::neighbour));
    if (plan.own().isPresent()) {
      LossScaleRow.of(plan.told(), plan.frame(), plan.batches()).ifPresent(results::add);
      cause = TrainingCause.of(results, tf64, stepped(), n -> tensorflow(Precision.FLOAT64, n));
    }
    step("comparing", 5);
    return new Trained.Outcome(results, runs.losses(plan.batches()));
  }

  private Trained neighbour(Subject next, Precision precision) throws IOException {
    try (Engines others = new Engines(next)) {
      return new SourceTraining(next, others, plan, inputs, Optional.of(source.weights()))
          .run(precision, plan.batches());
    }
  }

  /** The first step, in float64 alone: what is said of it is no matter of rounding. */
  private Trained.Outcome near(Trained tf64) throws IOException {
    NearRun near = new NearRun(subject, stepped());
    List<TensorResult> results = new ArrayList<>();
    plan.rates().row().ifPresent(results::add);
    results.addAll(near.steps(tf64));
    if (near.isOfEpsilon()) {
      step("TensorFlow without epsilon", 3);
      TrainingPlan bare =
          OwnOptimizer.withoutEpsilon(subject, plan.leaves()).own().map(plan::with).orElse(plan);
      results.addAll(
          near.stepsWithoutEpsilon(
              new SourceTraining(subject, engines, bare, inputs, Optional.of(source.weights()))
                  .run(Precision.FLOAT64, plan.batches())));
    }
    step("comparing", 5);
    return new Trained.Outcome(results, List.of());
  }

  private void step(String what, int done) {
    examination.progress().step("training: " + what, done, 5);
  }

  private String recipe(String name) {
    return subject.torch().tensors().stream()
        .filter(t -> name.equals(t.name()) || name.endsWith(Trained.OF + t.name()))
        .map(t -> t.recipe().describe())
        .findFirst()
        .orElse("");
  }

  /** TensorFlow's first steps. */
  public Trained tensorflow(Precision precision, int steps) throws IOException {
    return source.run(precision, steps);
  }

  private Trained torch(DType floatType, Trained like) throws IOException {
    if (plan.own().isPresent()) {
      ObjectiveTraining training = stepped();
      return training.run(floatType, plan.batches(), training.groups(floatType));
    }
    return new SyntheticTraining(engines, subject, source.weights(), inputs, plan.batches())
        .run(floatType, like);
  }

  /** PyTorch's side of the same. */
  public ObjectiveTraining stepped() throws IOException {
    return new ObjectiveTraining(
        engines,
        plan.own().orElseThrow(),
        plan.rates().torch(),
        source.weights(),
        subject,
        inputs,
        plan.batches(),
        plan.told());
  }
}
