package io.github.tf2torch.verify.run;

import io.github.tf2torch.tensor.TensorValue;
import io.github.tf2torch.verify.engine.Precision;
import io.github.tf2torch.verify.engine.VolumePooling;
import io.github.tf2torch.verify.judge.Comparison;
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

  /** What is left of a difference that has vanished: roundings, and kinks behind a step. */
  private static final double VANISHED = 0.05;

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
    List<TensorValue> float64 = runs.of(subject, Precision.FLOAT64, asked);
    List<TensorValue> own = runs.of(subject, Precision.FLOAT32, asked);
    List<TensorValue> others = runs.of(first, Precision.FLOAT32, asked);
    List<TensorResult> all = new ArrayList<>(results);
    for (int i = 0; i < asked.size(); i++) {
      double parted = OwnRounding.distance(float64.get(i), own.get(i)).relative();
      double left = OwnRounding.distance(float64.get(i), others.get(i)).relative();
      if (parted > tolerance && left <= VANISHED * parted) {
        TensorResult result = results.get(asked.get(i));
        all.set(asked.get(i), result.with(Verdict.DIFFER, said(result, parted, left)));
      }
    }
    return all;
  }

  private static boolean isInFloat32Alone(TensorResult result, double tolerance) {
    return result.verdict() != Verdict.NOT_CHECKED
        && result.error() > tolerance
        && result.error64() <= Comparison.FLOAT64_BOUND;
  }

  private static String said(TensorResult result, double parted, double left) {
    return String.format(
        Locale.ROOT,
        "float32 differs by %.2e; %s; where the first has it on both sides, float64 agrees (%.1e),"
            + " and TensorFlow's float32 is off by %.1e instead of %.1e",
        result.error(),
        CAUSE,
        result.error64(),
        left,
        parted);
  }
}
