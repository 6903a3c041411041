package io.github.tf2torch.verify.recorded;

import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Distance;
import io.github.tf2torch.verify.judge.Distances;
import io.github.tf2torch.verify.judge.HeldOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which boundary of a port is what a recorded layer gave: the tensor of the same name in a graph;
 * else, among those inside the layer's scope, the nearest; else one whose values are the same.
 */
record TraceLayers(List<TorchModel.Tap> taps, List<TensorView> values) {
  /** Nearer than this, values tell which tensor it is. */
  private static final double SAME = 1e-4;

  /** The place among the taps. */
  Optional<Integer> of(String layer, TensorValue recorded) {
    List<Integer> fitting = new ArrayList<>();
    for (int i = 0; i < taps.size(); i++) {
      if (recorded.dtype().isFloating()
          && values.get(i).dtype().isFloating()
          && Arrangement.tensorflowShape(values.get(i).shape(), taps.get(i).layout())
              .equals(Optional.of(recorded.shape()))) {
        fitting.add(i);
      }
    }
    for (int i : fitting) {
      if (taps.get(i).source().node().equals(layer)) {
        return Optional.of(i);
      }
    }
    String last = layer.substring(layer.lastIndexOf('/') + 1);
    List<Integer> inScope = fitting.stream().filter(i -> isInScope(taps.get(i), last)).toList();
    Optional<Integer> named = nearest(inScope, recorded);
    if (named.isPresent() && apart(named.get(), recorded) <= SAME) {
      return named;
    }
    return nearest(fitting, recorded).filter(i -> apart(i, recorded) <= SAME).or(() -> named);
  }

  private Optional<Integer> nearest(List<Integer> places, TensorValue recorded) {
    return places.stream().min((a, b) -> Double.compare(apart(a, recorded), apart(b, recorded)));
  }

  /** A graph's scopes may carry a counter that the layer's name does not have. */
  private static boolean isInScope(TorchModel.Tap tap, String layer) {
    return Stream.of(tap.source().node().split("/"), tap.layer().split("[./]"))
        .flatMap(Arrays::stream)
        .anyMatch(scope -> scope.equals(layer) || scope.replaceFirst("_\\d+$", "").equals(layer));
  }

  private double apart(int tap, TensorValue recorded) {
    TensorView view = values.get(tap);
    Distance distance =
        Distances.float64(
            HeldOrder.of(view.shape(), taps.get(tap).layout()), TensorView.of(recorded), view);
    return distance.strangers() > 0 ? Double.MAX_VALUE : distance.relative();
  }
}
