package io.github.tf2torch.verify.judge;

import io.github.tf2torch.verify.report.TensorResult;
import io.github.tf2torch.verify.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which layers are wrong by themselves, and which pass on what came from before.
 *
 * @param layers with the verdicts that follow, in the order of computation
 * @param wrong places of those whose error is their own, in that order
 * @param open the place of the first one that differs, where that is behind a float32 island and
 *     nothing before it is wrong: whether its error is its own, float64 does not say
 */
public record Own(List<TensorResult> layers, List<Integer> wrong, Optional<Integer> open) {
  public Own {
    layers = List.copyOf(layers);
    wrong = List.copyOf(wrong);
  }

  /**
   * Tells them apart.
   *
   * @param alone the float64 error of each layer, run on TensorFlow's own input to it; NaN where
   *     that is not known
   * @param bound of that error, up to which it is rounding
   */
  public static Own of(List<TensorResult> layers, List<Double> alone, double bound) {
    List<Integer> wrong =
        IntStream.range(0, layers.size()).filter(i -> alone.get(i) > bound).boxed().toList();
    List<TensorResult> told = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      told.add(told(layers.get(i), alone.get(i), bound));
    }
    Optional<Integer> first =
        IntStream.range(0, layers.size())
            .filter(i -> layers.get(i).verdict() == Verdict.DIFFER)
            .boxed()
            .findFirst();
    boolean isOpen =
        first.isPresent()
            && Double.isNaN(alone.get(first.get()))
            && wrong.stream().noneMatch(i -> i < first.get());
    return new Own(told, wrong, isOpen ? first : Optional.empty());
  }

  private static TensorResult told(TensorResult layer, double alone, double bound) {
    if (alone > bound) {
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
