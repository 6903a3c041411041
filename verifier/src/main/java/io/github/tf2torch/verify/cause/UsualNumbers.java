package io.github.tf2torch.verify.cause;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A setting that is another than TensorFlow steps with, whatever the source says. */
final class UsualNumbers {
  private static final List<Double> EPSILONS =
      List.of(1e-8, 1e-7, 1e-10, 1e-3, 1e-5, 1e-6, 1e-4, 1e-2, 1e-1, 1.0);
  private static final List<Double> DECAYS =
      List.of(0.9, 0.99, 0.999, 0.95, 0.98, 0.8, 0.5, 0.0, 0.1, 0.01, 0.001);
  static final List<Double> SHRINKS = List.of(0.0, 0.01, 0.004, 1e-4, 5e-4, 1e-5, 4e-5, 0.1, 0.05);

  private static final Map<String, List<Double>> USUAL =
      Map.of(
          "epsilon", EPSILONS,
          "eps", EPSILONS,
          "momentum", DECAYS,
          "rho", DECAYS,
          "alpha", DECAYS,
          "beta1", DECAYS,
          "beta2", DECAYS,
          "weight_decay", SHRINKS);

  private UsualNumbers() {}

  static Stream<StepCandidate> of(StepEvidence evidence) {
    Map<String, Double> here = evidence.first().numbers();
    return here.keySet().stream()
        .filter(USUAL::containsKey)
        .flatMap(
            name ->
                // TensorFlow keeps most of them in float32, Keras a few in float64
                USUAL.get(name).stream()
                    .flatMap(v -> Stream.of((double) (float) v.doubleValue(), v))
                    .distinct()
                    .filter(v -> !v.equals(here.get(name)))
                    .map(v -> of(evidence, name, v)));
  }

  private static StepCandidate of(StepEvidence evidence, String name, double value) {
    return new StepCandidate(
        StoredNumbers.kind(name),
        name
            + " "
            + value
            + " in TensorFlow, "
            + evidence.first().numbers().get(name)
            + " here: set "
            + name
            + "="
            + value,
        evidence.each(group -> group.with(name, value)));
  }
}
