package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.target.TorchOptimizer;
import io.github.tf2torch.model.target.UpdateRule;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.engine.OptimizerTrainer;
import io.github.tf2torch.verify.engine.StepFrame;
import io.github.tf2torch.verify.gradients.OutputWeights;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PyTorch's side of a training by a synthetic loss: the optimizer as {@code optimizer.pt} has it,
 * and what {@code conversion.json} has around its steps.
 *
 * @param rates of the scheduler, once a step; empty where there is none
 * @param weights of the outputs in the loss
 * @param inputs of each step
 * @param length how many batches
 * @param told the optimizer of {@code conversion.json}
 */
record ObjectiveTraining(
    Engines engines,
    OwnOptimizer own,
    List<Double> rates,
    OutputWeights weights,
    Subject subject,
    StepInputs inputs,
    int length,
    JsonNode told)
    implements SteppedTraining {

  private OptimizerState state() throws IOException {
    return OptimizerState.open(subject.file("optimizer.pt"), own.optimizer(), subject.torch());
  }

  @Override
  public List<GroupStep> groups(DType floatType) throws IOException {
    try (OptimizerState state = state()) {
      return state.groups(floatType);
    }
  }

  @Override
  public Trained run(DType floatType, int steps, List<GroupStep> groups) throws IOException {
    List<TensorValue> held = weights.asHeld(subject);
    Map<String, TensorValue> all = new LinkedHashMap<>();
    try (OptimizerState state = state();
        OptimizerTrainer trainer =
            engines.objectiveTrainer(groups, state.loop(told, steps, floatType), floatType)) {
      int done = 0;
      for (int i = 0; i < steps; i++) {
        if (!rates.isEmpty()) {
          trainer.setLearningRate(rates.get(done));
        }
        all.put(
            "loss " + (i + 1),
            weights.loss(
                floatType,
                trainer.step(engines.objectiveInputs(floatType, inputs.of(subject, i), held))));
        // a scheduler makes a step behind each of the optimizer's
        done += own.frame().runs(i).contains(StepFrame.STEP) ? 1 : 0;
      }
      for (GroupStep group : groups) {
        for (String parameter : group.state().keySet()) {
          all.put(parameter, trainer.parameter(parameter));
          List<TensorValue> values = trainer.state(parameter);
          for (int i = 0; i < values.size(); i++) {
            UpdateRule.State kept = group.rule().state().get(i);
            all.put(Trained.slot(kept.name(), parameter), values.get(i));
          }
          trainer.kept(parameter).forEach((n, v) -> all.put(Trained.slot(n, parameter), v));
        }
      }
    }
    return new Trained(all, true);
  }

  @Override
  public List<Map<String, Double>> sourceNumbers() throws IOException {
    try (OptimizerState state = state()) {
      return state.sourceNumbers();
    }
  }

  @Override
  public Map<String, Map<String, TensorValue>> sourceSlots() throws IOException {
    return SourceSlots.of(own.optimizer(), subject);
  }

  @Override
  public Optional<Corrected> corrected() {
    TorchOptimizer optimizer = own.optimizer();
    SourceLoop source = new SourceLoop(told, optimizer.loop());
    List<String> words = source.differences();
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Corrected(
                new ObjectiveTraining(
                    engines, own, rates, weights, subject, inputs, length, source.corrected()),
                String.join(", ", words)));
  }
}
