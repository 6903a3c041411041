package io.github.tf2torch.verify.judge;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Optional;

/** What is known of one tensor after the float64 runs; the float32 runs complete it. */
public interface Judgement {
  /** Both in float32; TensorFlow's in its own order, PyTorch's as the layout says. */
  TensorResult judge(TensorView tf32, TensorView torch32, double tolerance);

  /** Holds on to TensorFlow's float64 values, not to PyTorch's. */
  static Judgement of(Place place, TensorView tf64, TensorView torch64, boolean isFloat64) {
    Optional<String> misfit = misfit(place, tf64, torch64);
    if (misfit.isPresent()) {
      return (tf32, torch32, tolerance) -> differs(place, misfit.get() + " in float64");
    }
    Judgement values =
        tf64.dtype().isFloating()
            ? real(place, tf64, torch64, isFloat64)
            : discrete(place, tf64, torch64, isFloat64);
    return (tf32, torch32, tolerance) ->
        misfit(place, tf32, torch32)
            .map(reason -> differs(place, reason))
            .orElseGet(() -> values.judge(tf32, torch32, tolerance));
  }

  /** The float64 error alone; infinite where values are in no way the same. */
  static double error64(Place place, TensorView tf64, TensorView torch64) {
    if (misfit(place, tf64, torch64).isPresent()) {
      return Double.POSITIVE_INFINITY;
    }
    Distance distance =
        Distances.float64(HeldOrder.of(torch64.shape(), place.layout()), tf64, torch64);
    return distance.strangers() > 0 ? Double.POSITIVE_INFINITY : distance.relative();
  }

  private static Judgement real(
      Place place, TensorView tf64, TensorView torch64, boolean isFloat64) {
    HeldOrder order = HeldOrder.of(torch64.shape(), place.layout());
    Distance float64 = Distances.float64(order, tf64, torch64);
    return (tf32, torch32, tolerance) -> {
      Distances distances = Distances.of(order, tf64, tf32, torch32);
      return new Comparison(float64, distances, isFloat64)
          .judge(place.name(), place.source().toString(), tolerance);
    };
  }

  private static Judgement discrete(
      Place place, TensorView tf64, TensorView torch64, boolean isFloat64) {
    // copied at once: PyTorch's float64 answers are gone when its float32 ones come
    long[] tensorflow = tf64.copy().longs();
    long[] torch = Arrangement.toTensorflow(torch64.copy(), place.layout()).longs();
    return (tf32, torch32, tolerance) ->
        new DiscreteComparison(
                tensorflow,
                torch,
                tf32.copy().longs(),
                Arrangement.toTensorflow(torch32.copy(), place.layout()).longs())
            .judge(place.name(), place.source().toString(), isFloat64);
  }

  /** Why two values can't be compared element by element; empty where they can. */
  private static Optional<String> misfit(Place place, TensorView tensorflow, TensorView torch) {
    if (tensorflow.dtype().isFloating() != torch.dtype().isFloating()) {
      return Optional.of(
          "TensorFlow gives "
              + tensorflow.dtype().torchName()
              + ", PyTorch "
              + torch.dtype().torchName());
    }
    Optional<Shape> shape = Arrangement.tensorflowShape(torch.shape(), place.layout());
    if (shape.isPresent() && shape.get().equals(tensorflow.shape())) {
      return Optional.empty();
    }
    return Optional.of(
        "TensorFlow's shape is "
            + tensorflow.shape()
            + ", PyTorch's "
            + torch.shape()
            + shape.map(s -> " (" + s + " in TensorFlow's order)").orElse(""));
  }

  private static TensorResult differs(Place place, String reason) {
    return new TensorResult(
        place.name(),
        place.source().toString(),
        Verdict.DIFFER,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        reason);
  }
}
