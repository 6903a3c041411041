package io.github.tf2torch.verify.recorded;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.judge.Arrangement;
import io.github.tf2torch.verify.judge.Distance;
import io.github.tf2torch.verify.judge.Distances;
import io.github.tf2torch.verify.judge.HeldOrder;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A tensor that was recorded elsewhere, in float32, held against PyTorch in both precisions. There
 * is no float64 of TensorFlow's: the recording may part from PyTorch's float32 by the tolerance,
 * and from PyTorch's float64 by {@link #NOISE_FACTOR} times what PyTorch's own float32 does. That
 * is four times as much as where both run here, since the machine and its libraries are others.
 *
 * @param name of the tensor in the port
 * @param source of the recording
 */
record TraceJudgement(String name, String source, Layout layout) {
  static final double NOISE_FACTOR = 16;
  private static final double FLOAT32_UNIT = 0x1p-23;

  /** Where rounding alone moves PyTorch by more, a recording says little. */
  private static final double ROUNDED_AWAY = 1e-3;

  TensorResult judge(TensorValue trace, TensorView torch64, TensorView torch32, double tolerance) {
    return judge(trace, torch64, torch32, tolerance, false);
  }

  /**
   * Of values that one program of the same tensors has given in both types: what parts them is
   * rounding, and where that is beyond the tolerance, the recording may part by {@link
   * #NOISE_FACTOR} times as much.
   */
  TensorResult judgeBesideRounding(
      TensorValue trace, TensorView torch64, TensorView torch32, double tolerance) {
    return judge(trace, torch64, torch32, tolerance, true);
  }

  private TensorResult judge(
      TensorValue trace,
      TensorView torch64,
      TensorView torch32,
      double tolerance,
      boolean isOneProgram) {
    Optional<Shape> shape = Arrangement.tensorflowShape(torch32.shape(), layout);
    if (!shape.equals(Optional.of(trace.shape()))) {
      return differs(
          "the trace's shape is "
              + trace.shape()
              + ", PyTorch's "
              + torch32.shape()
              + shape.map(s -> " (" + s + " in TensorFlow's order)").orElse(""));
    }
    if (!trace.dtype().isFloating() || !torch32.dtype().isFloating()) {
      return discrete(trace, torch32);
    }
    TensorView reference = TensorView.of(Arrangement.toTensorflow(torch64.copy(), layout));
    Distances distances =
        Distances.of(
            HeldOrder.of(torch32.shape(), layout), reference, TensorView.of(trace), torch32);
    double unit =
        Math.max(distances.torch().rms(), FLOAT32_UNIT * distances.tensorflow().rmsReference());
    double noise = distances.tensorflow().rms() == 0 ? 0 : distances.tensorflow().rms() / unit;
    double error = distances.between().relative();
    double rounding = distances.torch().relative();
    boolean isRounded = isOneProgram && rounding > tolerance;
    String told =
        isRounded
            ? say("rounding alone moves PyTorch's float32 by %.1e of the largest value", rounding)
            : "";
    if (rounding > ROUNDED_AWAY && isRounded) {
      return result(Verdict.NOT_CHECKED, error, noise, told);
    }
    String reason = difference(distances, noise, isRounded ? NOISE_FACTOR * rounding : tolerance);
    return reason.isEmpty()
        ? result(Verdict.MATCH, error, noise, told)
        : result(Verdict.DIFFER, error, noise, reason);
  }

  /** Every bound is asked so that NaN breaks it. */
  private static String difference(Distances distances, double noise, double tolerance) {
    Distance between = distances.between();
    if (between.strangers() > 0) {
      return say(
          "NaN or infinity in other places: %d of %d elements, the first at element %d",
          between.strangers(), between.count(), between.largestAt());
    }
    if (!(between.relative() <= tolerance)) {
      return say(
          "differs by %.2e at element %d, bound %.0e",
          between.relative(), between.largestAt(), tolerance);
    }
    if (!(distances.torch().relative() <= tolerance)) {
      return say(
          "PyTorch's float32 differs by %.2e from its own float64 at element %d, bound %.0e",
          distances.torch().relative(), distances.torch().largestAt(), tolerance);
    }
    return noise <= NOISE_FACTOR
        ? ""
        : say(
            "the trace is %.1f times as far from float64 as PyTorch's float32, bound %.0f",
            noise, NOISE_FACTOR);
  }

  private TensorResult discrete(TensorValue trace, TensorView torch32) {
    if (trace.dtype().isFloating() != torch32.dtype().isFloating()) {
      return differs(
          "the trace has "
              + trace.dtype().torchName()
              + ", PyTorch "
              + torch32.dtype().torchName());
    }
    boolean isSame =
        Arrays.equals(trace.longs(), Arrangement.toTensorflow(torch32.copy(), layout).longs());
    return isSame ? result(Verdict.MATCH, 0, Double.NaN, "") : differs("other whole numbers");
  }

  private TensorResult differs(String reason) {
    return result(Verdict.DIFFER, Double.NaN, Double.NaN, reason);
  }

  private TensorResult result(Verdict verdict, double error, double noise, String reason) {
    return new TensorResult(name, source, verdict, error, Double.NaN, noise, reason);
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
