package io.github.tf2torch.verify.batchnorm;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.Evaluation;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.dropout.DropoutMasks;
import io.github.tf2torch.verify.dropout.Site;
import io.github.tf2torch.verify.run.TrainingSide;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A few batches, and what both frameworks normalize in them. */
record NormalizedBatches(
    Subject subject,
    List<Site> sites,
    List<Map<String, TensorValue>> inputs,
    TrainingSide side,
    DropoutMasks masks) {
  private static final int ROWS = 4;

  NormalizedBatches {
    sites = List.copyOf(sites);
    inputs = List.copyOf(inputs);
  }

  static NormalizedBatches of(Subject subject, List<Site> sites) throws IOException {
    List<String> followed =
        sites.stream()
            .flatMap(s -> Compared.STATISTICS.stream().map(name -> s.path() + "." + name))
            .flatMap(name -> tensor(subject, name).recipe().variables().stream())
            .toList();
    TrainingSide side = TrainingSide.of(subject, followed);
    return new NormalizedBatches(
        subject,
        sites,
        TrainingSide.batches(subject, Compared.BATCHES, ROWS),
        side,
        DropoutMasks.of(subject.torch(), side.graph()));
  }

  TorchModel.Tensor tensor(String name) {
    return tensor(subject, name);
  }

  private static TorchModel.Tensor tensor(Subject subject, String name) {
    return subject.torch().tensors().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Of the conversion's. */
  TensorValue value(String name) throws IOException {
    return Evaluation.value(tensor(name).recipe(), subject.tensorflow().tensors());
  }
}
