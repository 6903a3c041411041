package io.github.tf2torch.verify.cause;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What ports of optimizers get wrong most often, each as the steps that would be right if it were
 * the fault. The order is that of trying; a fault joins by a line.
 */
public final class StepPitfalls {
  private static final List<Function<StepEvidence, Stream<StepCandidate>>> ALL =
      List.of(
          StoredSlots::of,
          StoredNumbers::of,
          EpsilonPlace::of,
          Nesterov::of,
          UsualNumbers::of,
          DecayPlace::of);

  private StepPitfalls() {}

  /** The steps that would be right if one of these were the fault. */
  public static Stream<StepCandidate> of(StepEvidence evidence) {
    return ALL.stream().flatMap(pitfall -> pitfall.apply(evidence));
  }
}
