package io.github.tf2torch.verify.check;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.EngineFailure;
import io.github.tf2torch.verify.engine.RunResult;
import io.github.tf2torch.verify.engine.TensorView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a layer parts: each known pitfall is undone there, one by one, in float64 and with nothing
 * but that layer, and the first with which the difference vanishes is named.
 */
final class Cause {
  private final Engines engines;
  private final Span span;
  private final List<TorchModel.Tap> fed;
  private final TorchModel.Tap tap;

  private Cause(Engines engines, Span span, List<TorchModel.Tap> fed, TorchModel.Tap tap) {
    this.engines = engines;
    this.span = span;
    this.fed = fed;
    this.tap = tap;
  }

  /** The cause at a boundary, by its place among the taps; empty where no known one explains it. */
  static Optional<Pitfalls.Candidate> at(Subject subject, int place) throws IOException {
    List<TorchModel.Tap> taps = subject.torch().taps();
    TorchModel.Tap tap = taps.get(place);
    TorchModel model = subject.asConverted(List.of(tap));
    List<TorchModel.Tap> before = taps.subList(0, place);
    Span span = Span.of(model, before, tap);
    List<TorchModel.Tap> fed = fed(before, span);
    List<Place> asked = new ArrayList<>(List.of(Place.of(tap)));
    fed.forEach(t -> asked.add(Place.of(t)));
    try (Engines engines = new Engines(subject);
        RunResult tensorflow = engines.tensorflow64(asked).result()) {
      Cause cause = new Cause(engines, span, fed, tap);
      for (Pitfalls.Candidate candidate : Pitfalls.of(model, span)) {
        if (cause.vanishes(candidate.program(), tensorflow.values())) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  /** The boundaries that the layer begins with, one for each value. */
  private static List<TorchModel.Tap> fed(List<TorchModel.Tap> before, Span span) {
    Map<String, TorchModel.Tap> byValue = new LinkedHashMap<>();
    before.stream()
        .filter(t -> span.fed().contains(t.value()) && Alone.isFeedable(t.layout()))
        .forEach(t -> byValue.putIfAbsent(t.value(), t));
    return List.copyOf(byValue.values());
  }

  /** Of TensorFlow's values, the boundary's is the first, then those that are fed. */
  private boolean vanishes(TorchModel program, List<TensorView> tensorflow) throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int i = 0; i < fed.size(); i++) {
      shapes.put(fed.get(i).value(), tensorflow.get(1 + i).shape());
    }
    TorchModel cut = Alone.cut(program, span, fed, tap, shapes);
    try (RunResult run =
        engines.torchGiven(DType.FLOAT64, cut, tensorflow.subList(1, tensorflow.size()))) {
      return Judgement.error64(Place.of(tap), tensorflow.get(0), run.values().get(0))
          <= Comparison.FLOAT64_BOUND;
    } catch (EngineFailure e) {
      // what does not even run is not the cause
      return false;
    }
  }
}
