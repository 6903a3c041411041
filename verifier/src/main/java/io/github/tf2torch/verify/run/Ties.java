package io.github.tf2torch.verify.run;

import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.TensorView;
import io.github.tf2torch.verify.engine.VolumePooling;
import io.github.tf2torch.verify.judge.Comparison;
import io.github.tf2torch.verify.judge.Distances;
import io.github.tf2torch.verify.judge.HeldOrder;
import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import io.github.tf2torch.verify.subject.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Gradients that part since several maxima of a window are equal, as they are behind a ReLU and a
 * normalization: TensorFlow's kernel for volumes has no float64, where the poolings that stand for
 * it give the first of them the gradient, as PyTorch does, and gives each the whole gradient in
 * float32. So float64 agrees, and float32 may part by no kink and no rounding.
 */
public final class Ties {
  private static final String CAUSE =
      "cause: ties of MaxPool3D: TensorFlow on a CPU gives each of several equal maxima the whole"
          + " gradient, PyTorch the first";

  private Ties() {}

  /**
   * Those that part in float32 alone, asked again where TensorFlow has the first of them take it.
   */
  public static List<TensorResult> told(
      Subject subject, List<TensorResult> results, OwnRounding.Runs runs) throws IOException {
    double tolerance = subject.request().tolerance();
    List<Integer> asked =
        IntStream.range(0, results.size())
            .filter(i -> isInFloat32Alone(results.get(i), tolerance))
            .boxed()
            .toList();
    if (asked.isEmpty() || !VolumePooling.isIn(subject.graph().inlinedGraph())) {
      return results;
    }
    Subject first =
        subject.withTensorflow(
            subject.tensorflow(),
            subject.translation(),
            subject.inputs(),
            subject.sourceGraph().with(VolumePooling::withFirstOfTies));
    List<TensorValue> own = runs.of(subject, Precision.FLOAT32, asked);
    List<TensorValue> others = runs.of(first, Precision.FLOAT32, asked);
    List<TensorResult> all = new ArrayList<>(results);
    for (int i = 0; i < asked.size(); i++) {
      double moved = moved(own.get(i), others.get(i));
      if (!(moved <= tolerance)) {
        TensorResult result = results.get(asked.get(i));
        all.set(asked.get(i), result.with(Verdict.DIFFER, said(result, moved)));
      }
    }
    return all;
  }

  private static boolean isInFloat32Alone(TensorResult result, double tolerance) {
    return result.verdict() != Verdict.NOT_CHECKED
        && result.error() > tolerance
        && result.error64() <= Comparison.FLOAT64_BOUND;
  }

  private static double moved(TensorValue own, TensorValue other) {
    HeldOrder order = HeldOrder.of(own.shape(), Layout.tensorflow(own.shape().rank()));
    return Distances.float64(order, TensorView.of(own), TensorView.of(other)).relative();
  }

  private static String said(TensorResult result, double moved) {
    return String.format(
        Locale.ROOT,
        "float32 differs by %.2e; %s; where the first has it on both sides, float64 differs by"
            + " %.1e; that moves TensorFlow's own float32 by %.1e",
        result.error(),
        CAUSE,
        result.error64(),
        moved);
  }
}
