package io.github.tf2torch.read.bundle;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that optimizers of graphs give their slots: the variable's, and behind it the
 * optimizer's, numbered from the second on (python/training/slot_creator.py).
 *
 * @param optimizer as the name says it: {@code Adam}
 * @param kind the class that steps
 * @param slot in that class's words: {@code m}
 * @param variable the name of the variable that it belongs to
 */
record SlotNames(String optimizer, String kind, String slot, String variable) {
  /** In the order in which _create_slots makes them. */
  private static final Map<String, List<String>> NUMBERED =
      Map.ofEntries(
          Map.entry("Adam", List.of("m", "v")), // python/training/adam.py
          // copies of google-research/bert that derive AdamWeightDecayOptimizer from tf.train's
          Map.entry("BERTAdam", List.of("m", "v")),
          Map.entry("AdamWeightDecayOptimizer", List.of("m", "v")),
          Map.entry("AdaMax", List.of("m", "v")),
          Map.entry("Momentum", List.of("momentum")), // python/training/momentum.py
          Map.entry("Adagrad", List.of("accumulator")), // python/training/adagrad.py
          Map.entry("ProximalAdagrad", List.of("accumulator")),
          Map.entry("Adadelta", List.of("accum", "accum_update")), // python/training/adadelta.py
          Map.entry("Ftrl", List.of("accum", "linear")), // python/training/ftrl.py
          Map.entry("AdagradDA", List.of("gradient_accumulator", "gradient_squared_accumulator")));

  /** python/training/rmsprop.py: rms, where centered mg, momentum; told by how many there are. */
  private static final String RMSPROP = "RMSProp";

  /** A name behind the variable's, and what it means. */
  private record Suffix(Pattern pattern, String kind) {}

  private static final List<Suffix> SUFFIXES =
      List.of(
          // google-research/bert, optimization.py
          new Suffix(Pattern.compile("(?<variable>.+)/adam_(?<slot>[mv])"), "AdamWeightDecay"),
          // google-research/albert, lamb_optimizer.py
          new Suffix(Pattern.compile("(?<variable>.+)/lamb_(?<slot>[mv])"), "LAMB"),
          // tensorflow/mesh, optimize.py
          new Suffix(Pattern.compile("(?<variable>.+)_slot_(?<slot>vr|vc|v|m)"), "Adafactor"));

  private static final Pattern BY_NUMBER =
      Pattern.compile("(?<variable>.+)/(?<optimizer>[A-Za-z]+)(_(?<number>[1-9]\\d?))?");

  /** What {@code name} says; empty where it is no slot of an optimizer that is known. */
  static Optional<SlotNames> of(String name, java.util.Set<String> variables) {
    for (Suffix suffix : SUFFIXES) {
      Matcher m = suffix.pattern().matcher(name);
      if (m.matches() && variables.contains(m.group("variable"))) {
        return Optional.of(
            new SlotNames(suffix.kind(), suffix.kind(), m.group("slot"), m.group("variable")));
      }
    }
    Matcher m = BY_NUMBER.matcher(name);
    if (!m.matches() || !variables.contains(m.group("variable"))) {
      return Optional.empty();
    }
    String optimizer = m.group("optimizer");
    int number = m.group("number") == null ? 0 : Integer.parseInt(m.group("number"));
    List<String> slots = slots(optimizer, m.group("variable"), variables);
    return number < slots.size()
        ? Optional.of(new SlotNames(optimizer, optimizer, slots.get(number), m.group("variable")))
        : Optional.empty();
  }

  private static List<String> slots(
      String optimizer, String variable, java.util.Set<String> variables) {
    if (!optimizer.equals(RMSPROP)) {
      return NUMBERED.getOrDefault(optimizer, List.of());
    }
    boolean isCentered = variables.contains(variable + "/" + RMSPROP + "_2");
    return isCentered ? List.of("rms", "mg", "momentum") : List.of("rms", "momentum");
  }
}
