package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.ParameterGradients;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.subject.OwnModel;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** TensorFlow as ever, and a user's own model for PyTorch. */
final class OwnEngines extends Engines {
  private final Subject subject;
  private final OwnModel own;

  OwnEngines(Subject subject, OwnModel own) throws IOException {
    super(subject);
    this.subject = subject;
    this.own = own;
  }

  @Override
  public RunResult torchAsWritten() throws IOException {
    return run(DType.FLOAT32);
  }

  @Override
  public RunResult torchTapped(DType floatType, List<TorchModel.Tap> taps) throws IOException {
    return run(floatType);
  }

  private RunResult run(DType floatType) throws IOException {
    Map<String, TensorValue> outputs = own.runner().outputs(floatType, inputs(floatType));
    note(own.runner().settings());
    return RunResult.of(own.outputs().stream().map(outputs::get).toList());
  }

  @Override
  public ParameterGradients torchGradients(DType floatType, List<TensorValue> weights)
      throws IOException {
    List<TorchModel.Output> counted = Objective.outputs(subject.torch());
    Map<String, TensorValue> byName = new LinkedHashMap<>();
    for (int i = 0; i < subject.torch().outputs().size(); i++) {
      int place = counted.indexOf(subject.torch().outputs().get(i));
      if (place >= 0) {
        byName.put(own.outputs().get(i), cast(floatType, weights.get(place)));
      }
    }
    return own.runner().gradients(floatType, inputs(floatType), byName);
  }

  private List<TensorValue> inputs(DType floatType) {
    return subject.torchInputs().stream().map(v -> cast(floatType, v)).toList();
  }

  private static TensorValue cast(DType floatType, TensorValue value) {
    return floatType == DType.FLOAT64 ? widened(value) : value;
  }
}
