package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.StepSession;
import io.github.tf2torch.verify.engine.TensorFlowEngine;
import io.github.tf2torch.verify.engine.TensorFlowTrainer;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.gradients.OutputWeights;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.step.Step;
import io.github.tf2torch.verify.subject.GradOutputs;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** TensorFlow's side of a training by a synthetic loss. */
public final class SourceTraining {
  private final Subject subject;
  private final Engines engines;
  private final TrainingPlan plan;
  private final StepInputs inputs;
  private Optional<OutputWeights> weights;

  /**
   * @param weights of the outputs in the loss; where there are none, the first run draws them
   */
  public SourceTraining(
      Subject subject,
      Engines engines,
      TrainingPlan plan,
      StepInputs inputs,
      Optional<OutputWeights> weights) {
    this.subject = subject;
    this.engines = engines;
    this.plan = plan;
    this.inputs = inputs;
    this.weights = weights;
  }

  /** The weights of the outputs in the loss; known once this has run. */
  public OutputWeights weights() {
    return weights.orElseThrow();
  }

  private OutputWeights weights(TensorFlowEngine engine) {
    if (weights.isEmpty()) {
      OutputWeights drawn = OutputWeights.draw(subject, engine, feeds(0), GradOutputs.ALL_RANDOM);
      weights = Optional.of(drawn.ofMean());
    }
    return weights.get();
  }

  private Map<Endpoint, TensorValue> feeds(int step) {
    return engines.feeds(inputs.of(subject, step));
  }

  /** The first steps: losses, then what was trained. */
  public Trained run(Precision precision, int steps) throws IOException {
    DType floatType = precision == Precision.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    try (TensorFlowEngine engine = engines.differentiable(precision);
        TensorFlowTrainer trainer =
            new TensorFlowTrainer(
                engine, weights(engine).byEndpoint(), trainees(engine), plan.frame())) {
      Map<String, TensorValue> all = new LinkedHashMap<>();
      for (int i = 0; i < steps; i++) {
        all.put("loss " + (i + 1), weights().loss(floatType, trainer.step(feeds(i))));
      }
      new TrainedValues(subject, plan.leaves(), plan.own()).put(all, trainer);
      return new Trained(all, engine.islands().isEmpty());
    }
  }

  private Map<String, TensorFlowTrainer.Trainee> trainees(TensorFlowEngine engine)
      throws IOException {
    Map<String, TensorFlowTrainer.Trainee> trainees = new LinkedHashMap<>();
    for (Map.Entry<String, Leaves.Leaf> leaf : plan.leaves().byName().entrySet()) {
      String name = leaf.getKey();
      List<Endpoint> places = leaf.getValue().places(name, engine);
      Optional<Step> step = plan.step(name);
      if (!places.isEmpty() && step.isPresent()) {
        TensorValue value =
            Evaluation.value(leaf.getValue().expression(), subject.tensorflow().tensors());
        Map<String, TensorValue> slots =
            plan.own().map(o -> o.slots().getOrDefault(name, Map.of())).orElse(Map.of());
        trainees.put(
            name,
            new TensorFlowTrainer.Trainee(
                places, new StepSession.Stepped(value, step.get(), slots)));
      }
    }
    return trainees;
  }
}
