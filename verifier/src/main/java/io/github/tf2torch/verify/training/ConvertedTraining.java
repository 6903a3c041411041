package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.cause.GroupStep;
import io.github.tf2torch.verify.engine.OptimizerTrainer;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * PyTorch's side of a training: the converted loss, and the optimizer as {@code optimizer.pt} has
 * it.
 *
 * @param rates what TensorFlow stepped with, once a step
 * @param wanted parameters, slots and statistics by name
 * @param told the optimizer of {@code conversion.json}
 */
record ConvertedTraining(
    Subject subject,
    Engines engines,
    OwnStep own,
    TrainingBatches batches,
    Optional<StepMasks> masks,
    List<Optional<Double>> rates,
    Set<String> wanted,
    JsonNode told)
    implements SteppedTraining {

  @Override
  public int length() {
    return OwnTrainingRun.STEPS;
  }

  @Override
  public Optional<Corrected> corrected() {
    SourceLoop source = new SourceLoop(told, own.optimizer().loop());
    List<String> words = source.differences();
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Corrected(
                new ConvertedTraining(
                    subject, engines, own, batches, masks, rates, wanted, source.corrected()),
                String.join(", ", words)));
  }

  @Override
  public Trained run(DType floatType, int steps, List<GroupStep> groups) throws IOException {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    List<String> buffers = List.copyOf(LossObjective.statistics(subject.torch()).keySet());
    TorchModel converted = subject.asConverted(List.of());
    TorchModel program =
        LossObjective.of(
            masks.map(m -> m.program(converted)).orElse(converted), own.loss(), buffers);
    List<List<TensorValue>> factors = factors(floatType, steps);
    try (OptimizerState state = state();
        OptimizerTrainer trainer =
            engines.optimizerTrainer(
                program, groups, state.loop(told, steps, floatType), floatType)) {
      for (int i = 0; i < steps; i++) {
        // the first step is by the rate that the conversion gives
        if (i > 0 && rates.get(i).isPresent() && !rates.get(i).equals(rates.get(i - 1))) {
          trainer.setLearningRate(rates.get(i).get());
        }
        List<TensorValue> arguments = new ArrayList<>(batches.arguments(i));
        arguments.addAll(subject.torch().inputs().size(), factors.get(i));
        double loss = trainer.step(engines.widened(arguments, floatType));
        all.put("loss " + (i + 1), TensorValue.ofDoubles(floatType, Shape.of(), loss));
      }
      for (String name : wanted) {
        if (buffers.contains(name)) {
          all.put(name, trainer.beside().get(buffers.indexOf(name)));
        } else if (subject.torch().tensors().stream().anyMatch(t -> t.name().equals(name))) {
          all.put(name, trainer.parameter(name));
        }
      }
      for (GroupStep group : groups) {
        for (String parameter : group.state().keySet()) {
          List<TensorValue> values = trainer.state(parameter);
          for (int i = 0; i < values.size(); i++) {
            String slot = group.rule().state().get(i).name();
            all.put(Trained.slot(slot, parameter), values.get(i));
          }
        }
      }
    }
    return new Trained(all, true);
  }

  @Override
  public List<GroupStep> groups(DType floatType) throws IOException {
    try (OptimizerState state = state()) {
      return state.groups(floatType);
    }
  }

  private OptimizerState state() throws IOException {
    return OptimizerState.open(subject.file("optimizer.pt"), own.optimizer(), subject.torch());
  }

  /** What the source says, and TensorFlow of its rate. */
  @Override
  public List<Map<String, Double>> sourceNumbers() throws IOException {
    List<Map<String, Double>> all = new ArrayList<>();
    try (OptimizerState state = state()) {
      for (Map<String, Double> numbers : state.sourceNumbers()) {
        Map<String, Double> known = new LinkedHashMap<>(numbers);
        rates.get(0).ifPresent(rate -> known.replace("lr", rate));
        all.add(known);
      }
    }
    return all;
  }

  @Override
  public Map<String, Map<String, TensorValue>> sourceSlots() throws IOException {
    return SourceSlots.of(own.optimizer(), subject);
  }

  private List<List<TensorValue>> factors(DType floatType, int steps) {
    if (masks.isEmpty()) {
      return Collections.nCopies(steps, List.of());
    }
    List<Map<Endpoint, TensorValue>> feeds = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      feeds.add(batches.feeds(i));
    }
    return masks
        .get()
        .factors(floatType == DType.FLOAT64 ? Precision.FLOAT64 : Precision.FLOAT32, feeds);
  }
}
