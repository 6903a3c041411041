package io.github.tf2torch.verify.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tf2torch.convert.ConversionFile;
import io.github.tf2torch.convert.TrainingLoss;
import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.target.TorchLoss;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.TrainingState;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.graph.TrainingStep;
import io.github.tf2torch.rules.op.AtInference;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.verify.engine.GraphTrainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The training that a source was written for, on both sides: its graph's own operations, and the
 * loss and the optimizer that its conversion gave.
 */
record OwnStep(TrainingStep step, TorchLoss loss, TorchOptimizer optimizer) {

  /** The step, or why it can't be taken; neither where the source's graph does not train. */
  record Found(Optional<OwnStep> step, Optional<String> impediment) {
    static Found none() {
      return new Found(Optional.empty(), Optional.empty());
    }

    static Found hindered(String why) {
      return new Found(Optional.empty(), Optional.of(why));
    }
  }

  static Found of(Subject subject) throws IOException {
    Optional<TrainingStep> step;
    try {
      step = subject.graph().trainingStep();
    } catch (Problem e) {
      return Found.hindered(String.valueOf(e.getMessage()));
    }
    if (step.isEmpty()) {
      return Found.none();
    }
    Optional<String> atInference =
        subject.translation().account().assumed().stream()
            .filter(a -> a.contains(AtInference.IN_TRAINING_TOO))
            .findFirst();
    if (atInference.isPresent()) {
      return Found.hindered("another model trains there: " + atInference.get());
    }
    TrainingLoss loss = TrainingLoss.of(subject.source(), subject.torch());
    if (loss.loss().isEmpty()) {
      return Found.hindered(
          loss.assumed().isEmpty() ? "the loss is not known" : String.join("; ", loss.assumed()));
    }
    Optional<TrainingState> state = Translator.optimizer(subject.tensorflow(), subject.torch());
    if (state.isEmpty() || !(state.get() instanceof TorchOptimizer optimizer)) {
      return Found.hindered("its optimizer is none of PyTorch's");
    }
    if (!subject.has("optimizer.pt")) {
      return Found.hindered("optimizer.pt is not there; convert with every target");
    }
    String converted = converted(subject);
    if (!converted.equals(optimizer.className())) {
      return Found.hindered(
          "optimizer.pt is for torch.optim.%s, whose steps are near TensorFlow's and not the same;"
                  .formatted(converted)
              + " convert without --stock-optimizer");
    }
    if (!optimizer.loop().around().isEmpty()) {
      return Found.hindered(
          "more than the optimizer makes a step of it, which apply_gradients of model.py does in"
              + " Python alone: "
              + String.join(", ", optimizer.loop().around().keySet()));
    }
    return new Found(
        Optional.of(new OwnStep(step.get(), loss.loss().get(), optimizer)), Optional.empty());
  }

  /** The class that the conversion has written the state of. */
  private static String converted(Subject subject) throws IOException {
    return new ObjectMapper()
        .readTree(subject.file(ConversionFile.NAME).toFile())
        .path("optimizer")
        .path("class")
        .asText();
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
