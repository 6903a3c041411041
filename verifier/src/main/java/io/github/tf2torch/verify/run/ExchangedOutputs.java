package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Judgement;
import io.github.tf2torch.verify.judge.Place;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Outputs that a model of one's own gives at another place than TensorFlow's signature. */
public final class ExchangedOutputs {
  private ExchangedOutputs() {}

  /** What is found where TensorFlow's is another, in words; empty where none is. */
  public static Optional<String> of(Subject subject, List<TensorResult> outputs)
      throws IOException {
    List<TorchModel.Output> all = subject.torch().outputs();
    if (subject.own().isEmpty() || all.size() < 2) {
      return Optional.empty();
    }
    List<String> said = new ArrayList<>();
    List<Place> places = all.stream().map(Place::of).toList();
    try (Engines engines = Engines.of(subject);
        RunResult tensorflow = engines.tensorflow64(places).result();
        RunResult torch = engines.torchTapped(DType.FLOAT64, List.of())) {
      for (int i = 0; i < all.size(); i++) {
        for (int j = 0; j < all.size(); j++) {
          if (i != j
              && outputs.get(i).verdict() == Verdict.DIFFER
              && isSame(
                  places.get(i), tensorflow.values().get(i), torch.values().get(j), subject)) {
            said.add(
                "%s is what the model gives in the place of %s"
                    .formatted(all.get(i).name(), all.get(j).name()));
          }
        }
      }
    }
    return said.isEmpty()
        ? Optional.empty()
        : Optional.of("cause: outputs are in another order: " + String.join(", ", said));
  }

  private static boolean isSame(
      Place place, TensorView expected, TensorView found, Subject subject) {
    return expected.dtype().isFloating()
        && found.dtype().isFloating()
        && Arrangement.tensorflowShape(found.shape(), place.layout())
            .equals(Optional.of(expected.shape()))
        && Judgement.error64(place, expected, found) <= subject.bound64();
  }
}
