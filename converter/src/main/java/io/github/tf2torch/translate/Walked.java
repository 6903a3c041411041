package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.TorchModel;
import java.util.List;

/** What a walk over a graph or over layers has written. */
record Walked(
    Program program,
    List<TorchModel.Input> inputs,
    List<TorchModel.Tap> taps,
    List<TorchModel.Output> outputs) {
  Walked {
    inputs = List.copyOf(inputs);
    taps = List.copyOf(taps);
    outputs = List.copyOf(outputs);
  }
}
