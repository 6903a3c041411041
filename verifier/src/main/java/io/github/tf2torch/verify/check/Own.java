package io.github.tf2torch.verify.check;

import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which layers are wrong by themselves, and which pass on what came from before.
 *
 * @param layers with the verdicts that follow, in the order of computation
 * @param wrong places of those whose error is their own, in that order
 */
record Own(List<TensorResult> layers, List<Integer> wrong) {
  Own {
    layers = List.copyOf(layers);
    wrong = List.copyOf(wrong);
  }

  /**
   * Tells them apart.
   *
   * @param alone the float64 error of each layer, run on TensorFlow's own input to it; NaN where
   *     that is not known
   */
  static Own of(List<TensorResult> layers, List<Double> alone) {
    List<Integer> wrong =
        IntStream.range(0, layers.size())
            .filter(i -> alone.get(i) > Comparison.FLOAT64_BOUND)
            .boxed()
            .toList();
    List<TensorResult> told = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      told.add(told(layers.get(i), alone.get(i)));
    }
    return new Own(told, wrong);
  }

  private static TensorResult told(TensorResult layer, double alone) {
    if (alone > Comparison.FLOAT64_BOUND) {
      return layer.verdict() == Verdict.DIFFER
          ? layer.with(Verdict.DIFFER, layer.reason() + "; the error is its own")
          : layer.with(
              Verdict.DIFFER,
              "alone, on TensorFlow's own input, float64 differs by " + Findings.number(alone));
    }
    return layer.verdict() == Verdict.DIFFER && !Double.isNaN(alone)
        ? layer.with(
            Verdict.DIFFER,
            layer.reason()
                + "; alone, on TensorFlow's own input, it agrees ("
                + Findings.number(alone)
                + " in float64): what differs came from before")
        : layer;
  }
}
