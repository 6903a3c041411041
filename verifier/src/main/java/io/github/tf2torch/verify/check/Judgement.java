package io.github.tf2torch.verify.check;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Optional;

/** What is known of one tensor after the float64 runs; the float32 runs complete it. */
interface Judgement {
  /** Both in float32; TensorFlow's in its own order, PyTorch's as the layout says. */
  TensorResult judge(TensorValue tf32, TensorValue torch32, double tolerance);

  /** Holds on to TensorFlow's float64 values, not to PyTorch's. */
  static Judgement of(Place place, TensorValue tf64, TensorValue torch64, boolean isFloat64) {
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

  private static Judgement real(
      Place place, TensorValue tf64, TensorValue torch64, boolean isFloat64) {
    Distance float64 =
        Distance.between(tf64.doubles(), Arrangement.toTensorflow(torch64, place.layout()));
    return (tf32, torch32, tolerance) -> {
      double[] reference = tf64.doubles();
      double[] tensorflow = tf32.doubles();
      double[] torch = Arrangement.toTensorflow(torch32, place.layout());
      return new Comparison(
              float64,
              Distance.between(reference, tensorflow),
              Distance.between(reference, torch),
              Distance.between(tensorflow, torch),
              isFloat64)
          .judge(place.name(), place.source().toString(), tolerance);
    };
  }

  private static Judgement discrete(
      Place place, TensorValue tf64, TensorValue torch64, boolean isFloat64) {
    return (tf32, torch32, tolerance) ->
        new DiscreteComparison(
                tf64.longs(),
                Arrangement.toTensorflowLongs(torch64, place.layout()),
                tf32.longs(),
                Arrangement.toTensorflowLongs(torch32, place.layout()))
            .judge(place.name(), place.source().toString(), isFloat64);
  }

  /** Why two values can't be compared element by element; empty where they can. */
  private static Optional<String> misfit(Place place, TensorValue tensorflow, TensorValue torch) {
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
