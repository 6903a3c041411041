package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Optimizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class of an optimizer that was saved without it, as {@code tf.train.Checkpoint} does: by the
 * names of its slots and numbers, which few have in common.
 */
public final class Guess {
  /** What an optimizer of optimizer_v2 has, the more particular first. */
  private record Signs(String kind, Set<String> slots, Set<String> numbers) {}

  private static final List<Signs> KNOWN =
      List.of(
          new Signs("Nadam", Set.of("m", "v"), Set.of("momentum_cache")),
          new Signs("Adam", Set.of("m", "v"), Set.of("beta_1", "beta_2")),
          // since TensorFlow 2.11, whose optimizers keep no more than the rate beside their slots
          new Signs("Adam", Set.of("m", "v"), Set.of("iteration")),
          new Signs("RMSprop", Set.of("rms"), Set.of("rho")),
          new Signs("Adadelta", Set.of("accum_grad", "accum_var"), Set.of("rho")),
          new Signs("Ftrl", Set.of("accumulator", "linear"), Set.of()),
          new Signs("Adagrad", Set.of("accumulator"), Set.of()),
          new Signs("SGD", Set.of("momentum"), Set.of("momentum")));

  private Guess() {}

  /** The same with a class; empty where it has none and none is likely. */
  public static Optional<Optimizer> named(Optimizer optimizer) {
    if (!optimizer.kind().isEmpty()) {
      return Optional.of(optimizer);
    }
    Set<String> slots =
        optimizer.slots().stream().map(Optimizer.Slot::slot).collect(Collectors.toSet());
    Set<String> numbers =
        Stream.concat(
                optimizer.hyperparameters().keySet().stream(),
                optimizer.counters().stream().map(c -> c.substring(c.lastIndexOf('/') + 1)))
            .collect(Collectors.toSet());
    return KNOWN.stream()
        .filter(s -> slots.containsAll(s.slots()) && numbers.containsAll(s.numbers()))
        .findFirst()
        .map(s -> as(optimizer, s.kind()));
  }

  private static Optimizer as(Optimizer o, String kind) {
    return new Optimizer(o.name(), kind, Map.copyOf(o.hyperparameters()), o.slots(), o.counters());
  }
}
