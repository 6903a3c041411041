package io.github.tf2torch.verify.training;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.TorchTrainer;
import io.github.tf2torch.verify.gradients.OutputWeights;
import io.github.tf2torch.verify.run.Engines;
import io.github.tf2torch.verify.run.SgdStep;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** PyTorch's side of a training by a synthetic loss and a synthetic optimizer. */
public record SyntheticTraining(
    Engines engines, Subject subject, OutputWeights weights, StepInputs inputs, int steps) {

  /**
   * Losses, then what was trained.
   *
   * @param like what TensorFlow trained
   */
  public Trained run(DType floatType, Trained like) throws IOException {
    Map<String, TensorValue> all = new LinkedHashMap<>();
    List<TensorValue> held = weights.asHeld(subject);
    TorchModel optimizer = SgdStep.program(TrainingPlan.RATE, TrainingPlan.MOMENTUM);
    try (TorchTrainer trainer = engines.torchTrainer(floatType, optimizer)) {
      for (int i = 0; i < steps; i++) {
        double loss = trainer.step(engines.objectiveInputs(floatType, inputs.of(subject, i), held));
        all.put("loss " + (i + 1), weights.loss(floatType, loss));
      }
      for (TorchModel.Tensor tensor : subject.torch().tensors()) {
        if (like.byName().containsKey(tensor.name())) {
          TensorView parameter = trainer.parameter(tensor.name());
          all.put(tensor.name(), parameter.copy());
          all.put(
              Trained.slot("momentum", tensor.name()),
              trainer.slot(tensor.name()).map(TensorView::copy).orElseGet(() -> zeros(parameter)));
        }
      }
    }
    return new Trained(all, true);
  }

  private static TensorValue zeros(TensorView like) {
    return TensorValue.ofDoubles(
        like.dtype(), like.shape(), new double[Math.toIntExact(like.shape().count())]);
  }
}
