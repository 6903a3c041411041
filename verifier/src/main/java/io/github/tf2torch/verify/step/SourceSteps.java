package io.github.tf2torch.verify.step;

import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.rules.optimizer.Dialect;
import java.util.List;
import java.util.Optional;

/** The step of a source's optimizer. */
public final class SourceSteps {
  private SourceSteps() {}

  /** What TensorFlow steps with; empty where nothing here does as it does. */
  public static Optional<Step> of(Words words) {
    Optimizer source = words.source();
    Dialect dialect = Dialect.of(source);
    if (words.said("clipnorm").orElse(0) > 0
        || dialect != Dialect.KERAS
            && (words.said("clipvalue").orElse(0) > 0
                || words.said("weight_decay").orElse(0) > 0)) {
      return Optional.empty();
    }
    return switch (dialect) {
      case TF1 -> Kernels.tf1(words);
      case KERAS2 -> Kernels.keras2(words);
      case KERAS -> KerasSteps.of(words);
    };
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
