package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.verify.engine.StepFrame;
import io.github.tf2torch.verify.gradients.Leaves;
import io.github.tf2torch.verify.judge.Findings;
import io.github.tf2torch.verify.run.ConvertedLoop;
import io.github.tf2torch.verify.step.SourceSteps;
import io.github.tf2torch.verify.step.Step;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A training by a synthetic loss: what is trained, by which optimizer, how long.
 *
 * @param found the source's own optimizer; where it has none that can be stepped, a synthetic one
 *     steps
 * @param told the optimizer of {@code conversion.json}
 */
public record TrainingPlan(
    Leaves leaves, OwnOptimizer.Found found, int batches, TrainingRates rates, JsonNode told) {
  static final float RATE = 0.01f;
  static final float MOMENTUM = 0.9f;

  private static final int STEPS = 2;
  private static final int FEW = 8;
  private static final int MOST = 16;
  private static final String LOSS =
      "synthetic loss: the mean of the outputs times seeded normal numbers";

  /**
   * Of a subject.
   *
   * @param altered the optimizer, to see whether that is found
   */
  public static TrainingPlan of(Subject subject, UnaryOperator<OwnOptimizer> altered)
      throws IOException {
    Leaves leaves = Leaves.of(subject);
    OwnOptimizer.Found whole = OwnOptimizer.of(subject, leaves);
    OwnOptimizer.Found found = new OwnOptimizer.Found(whole.own().map(altered), whole.impediment());
    JsonNode told = ConvertedOptimizer.told(subject);
    return new TrainingPlan(
        leaves,
        found,
        found.own().map(o -> batches(o.frame(), o.isNear() ? 1 : STEPS)).orElse(STEPS),
        found.own().map(o -> TrainingRates.of(o, told)).orElse(TrainingRates.NONE),
        told);
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

  /** The same with another optimizer of the source's. */
  TrainingPlan with(OwnOptimizer other) {
    OwnOptimizer.Found changed = new OwnOptimizer.Found(Optional.of(other), Optional.empty());
    return new TrainingPlan(leaves, changed, batches, rates, told);
  }

  /** The source's optimizer. */
  Optional<OwnOptimizer> own() {
    return found.own();
  }

  /** Whether PyTorch steps by the nearest of torch.optim, which takes other steps. */
  boolean isNear() {
    return own().filter(OwnOptimizer::isNear).isPresent();
  }

  StepFrame frame() {
    return own().map(OwnOptimizer::frame).orElse(StepFrame.NONE);
  }

  /** How TensorFlow steps a variable; empty where nothing does. */
  Optional<Step> step(String variable) {
    if (own().isEmpty()) {
      return Optional.of(SourceSteps.synthetic(RATE, MOMENTUM));
    }
    Optional<Step> step = Optional.ofNullable(own().get().steps().get(variable));
    return rates.tensorflow().isEmpty() ? step : step.map(s -> s.at(rates.tensorflow()::get));
  }

  String description() {
    if (own().isPresent()) {
      return "%d %s of the source's optimizer (%s, from its slots) and of %s from optimizer.pt%s (%s)"
          .formatted(
              batches,
              frame().slots().isEmpty() ? "steps" : "batches",
              own().get().kind(),
              own().get().optimizer().className() + near(),
              ConvertedLoop.around(told)
                  + ConvertedRates.of(told)
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
    return isNear()
        ? " of torch.optim, as near as the conversion says (steps off by %s of themselves),"
            .formatted(Findings.number(own().orElseThrow().optimizer().stepError()))
        : "";
  }
}
