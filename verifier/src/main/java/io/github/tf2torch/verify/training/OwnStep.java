package io.github.tf2torch.verify.training;

import io.github.tf2torch.convert.TrainingLoss;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.graph.TrainingStep;
import io.github.tf2torch.verify.dropout.FrozenChoice;
import io.github.tf2torch.verify.engine.GraphTrainer;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The training that a source was written for, on both sides: its graph's own operations, and the
 * loss and the optimizer that its conversion gave.
 */
public record OwnStep(TrainingStep step, TorchLoss loss, TorchOptimizer optimizer) {

  /** The step, or why it can't be taken; neither where the source's graph does not train. */
  public record Found(Optional<OwnStep> step, Optional<String> impediment) {
    static Found none() {
      return new Found(Optional.empty(), Optional.empty());
    }

    static Found hindered(String why) {
      return new Found(Optional.empty(), Optional.of(why));
    }
  }

  public static Found of(Subject subject) throws IOException {
    Optional<TrainingStep> step;
    try {
      step = subject.graph().trainingStep();
    } catch (Problem e) {
      return Found.hindered(String.valueOf(e.getMessage()));
    }
    if (step.isEmpty()) {
      return Found.none();
    }
    Optional<String> frozen = FrozenChoice.of(subject);
    if (frozen.isPresent()) {
      return Found.hindered(frozen.get());
    }
    TrainingLoss loss = TrainingLoss.of(subject.source(), subject.torch());
    if (loss.loss().isEmpty()) {
      return Found.hindered(
          loss.assumed().isEmpty() ? "the loss is not known" : String.join("; ", loss.assumed()));
    }
    ConvertedOptimizer converted = ConvertedOptimizer.of(subject);
    if (converted.optimizer().isEmpty()) {
      return Found.hindered(converted.obstacle().orElse("its optimizer is none of PyTorch's"));
    }
    return new Found(
        Optional.of(new OwnStep(step.get(), loss.loss().get(), converted.optimizer().get())),
        Optional.empty());
  }

  GraphTrainer.Step graphStep(List<Optimizer> optimizers) {
    return new GraphTrainer.Step(
        step.loss(),
        step.targets(),
        step.gated().first(),
        step.gated().last(),
        step.rates(),
        optimizers.stream().flatMap(o -> o.counters().stream()).toList());
  }
}
