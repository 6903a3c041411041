package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Why a layer parts: each known pitfall is undone there, one by one and in float64, and the first
 * with which the difference vanishes is named.
 */
final class Cause {
  private Cause() {}

  /** The cause at the first layer that differs; empty where no known one explains it. */
  static Optional<Pitfalls.Candidate> of(Subject subject, String layer) throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    int place = 0;
    while (place < taps.size() && !taps.get(place).layer().equals(layer)) {
      place++;
    }
    if (place == taps.size()) {
      return Optional.empty();
    }
    TorchModel.Tap tap = taps.get(place);
    TorchModel model = subject.asConverted(List.of(tap));
    Span span = Span.of(model, taps.subList(0, place), tap);
    try (Engines engines = new Engines(subject);
        RunResult expected = engines.tensorflow64(List.of(Place.of(tap))).result()) {
      for (Pitfalls.Candidate candidate : Pitfalls.of(model, span)) {
        if (vanishes(engines, candidate.program(), tap, expected.values().get(0))) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean vanishes(
      Engines engines, TorchModel program, TorchModel.Tap tap, TensorView expected)
      throws IOException {
    try (RunResult run = engines.torchTapped(DType.FLOAT64, program)) {
      TensorView found = run.values().get(run.values().size() - 1);
      if (!Arrangement.tensorflowShape(found.shape(), tap.layout())
          .equals(Optional.of(expected.shape()))) {
        return false;
      }
      HeldOrder order = HeldOrder.of(found.shape(), tap.layout());
      Distance distance = Distances.float64(order, expected, found);
      return distance.strangers() == 0 && distance.relative() <= Comparison.FLOAT64_BOUND;
    } catch (EngineFailure e) {
      // what does not even run is not the cause
      return false;
    }
  }
}
