package io.github.tf2torch.verify.step;

import io.github.tf2torch.rules.optimizer.Dialect;
import io.github.tf2torch.verify.engine.StepFrame;
import java.util.List;
import java.util.Optional;

/** The step of a source's optimizer. */
public final class SourceSteps {
  private SourceSteps() {}

  /** What TensorFlow steps with; empty where nothing here does as it does. */
  public static Optional<Step> of(Words words) {
    Optional<Step> step =
        switch (Dialect.of(words.source())) {
          case TF1 -> Kernels.tf1(words);
          case KERAS2 -> Kernels.keras2(words);
          case KERAS -> KerasSteps.of(words);
        };
    return step.map(s -> s.at(done -> words.learningRate()));
  }

  /** What goes on around the steps of all variables of an optimizer. */
  public static StepFrame frame(Words words) {
    return Frame.of(words);
  }

  /** Gradient descent with Nesterov momentum, for where a source has no optimizer of its own. */
  public static Step synthetic(float learningRate, float momentum) {
    List<String> names = List.of("momentum");
    return Step.of(
        List.of(new Step.Kept("momentum", names, names, 0)),
        ops ->
            ops.kernel(
                "ResourceApplyMomentum",
                true,
                ops.variable(),
                ops.slot("momentum"),
                ops.number(learningRate),
                ops.gradient(),
                ops.number(momentum)));
  }
}
