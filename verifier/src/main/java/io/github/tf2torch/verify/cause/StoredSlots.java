package io.github.tf2torch.verify.cause;

import io.github.tf2torch.tensor.TensorValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Slots that are not TensorFlow's: lost, in another parameter's place, or off by a factor, as
 * Keras's velocity is {@code -lr} times PyTorch's {@code momentum_buffer}. What they should be is
 * known, how they came to be otherwise is told from them.
 */
final class StoredSlots {
  /** Of a product that was rounded to float32. */
  private static final double ROUNDED = 1e-5;

  private StoredSlots() {}

  static Stream<StepCandidate> of(StepEvidence evidence) {
    Set<String> slots = new LinkedHashSet<>();
    evidence.places().forEach(i -> slots.addAll(evidence.groups().get(i).slots()));
    return slots.stream().flatMap(slot -> of(evidence, slot).stream());
  }

  private static Optional<StepCandidate> of(StepEvidence evidence, String slot) {
    List<GroupStep> right = new ArrayList<>(evidence.groups());
    List<String> wrong = new ArrayList<>();
    Set<Relation> relations = new LinkedHashSet<>();
    for (int i = 0; i < right.size(); i++) {
      GroupStep group = right.get(i);
      for (String parameter : group.state().keySet()) {
        Optional<TensorValue> source = source(evidence, parameter, slot);
        if (!evidence.parted().contains(parameter)
            || !group.slots().contains(slot)
            || source.isEmpty()
            || source.get().equals(group.slot(parameter, slot))) {
          continue;
        }
        wrong.add(parameter);
        relations.add(relation(evidence, group, parameter, slot));
        right.set(i, right.get(i).with(parameter, slot, source.get()));
      }
    }
    if (wrong.isEmpty()) {
      return Optional.empty();
    }
    Relation relation =
        relations.size() == 1 || relations.stream().map(Relation::kind).distinct().count() == 1
            ? relations.iterator().next()
            : new Relation("slot values", "holds other values than TensorFlow's variables");
    String whose =
        wrong.get(0) + (wrong.size() > 1 ? " (and of " + (wrong.size() - 1) + " more)" : "");
    return Optional.of(
        new StepCandidate(relation.kind(), slot + " of " + whose + " " + relation.words(), right));
  }

  private static Optional<TensorValue> source(
      StepEvidence evidence, String parameter, String slot) {
    return Optional.ofNullable(evidence.slots().getOrDefault(parameter, Map.of()).get(slot));
  }

  private record Relation(String kind, String words) {}

  private static Relation relation(
      StepEvidence evidence, GroupStep group, String parameter, String slot) {
    double[] here = group.slot(parameter, slot).doubles();
    double[] there = evidence.slots().get(parameter).get(slot).doubles();
    if (isConstant(here) && !isConstant(there)) {
      return new Relation(
          "slots lost", "is as before the first step: TensorFlow's slot was not carried over");
    }
    for (Map.Entry<String, Map<String, TensorValue>> other : evidence.slots().entrySet()) {
      for (Map.Entry<String, TensorValue> held : other.getValue().entrySet()) {
        boolean isItself = other.getKey().equals(parameter) && held.getKey().equals(slot);
        if (!isItself && isMultiple(here, held.getValue().doubles(), 1)) {
          return new Relation(
              "slots swapped",
              "holds " + held.getKey() + " of " + other.getKey() + ": exchange the two");
        }
      }
    }
    double lr = group.numbers().getOrDefault("lr", 1.0);
    for (Factor factor : factors(lr)) {
      if (isMultiple(here, there, factor.value())) {
        return new Relation("slot scale", "is " + factor.words());
      }
    }
    return multiple(here, there)
        .map(
            by ->
                new Relation(
                    "slot scale",
                    String.format(Locale.ROOT, "is %.6g times TensorFlow's: divide by that", by)))
        .orElse(new Relation("slot values", "holds other values than TensorFlow's variable"));
  }

  private record Factor(double value, String words) {}

  private static List<Factor> factors(double lr) {
    return List.of(
        new Factor(-1, "of the other sign: negate it"),
        new Factor(
            -lr, "as Keras keeps it, with the learning rate and the sign in it: divide by -lr"),
        new Factor(lr, "with the learning rate in it: divide by lr"),
        new Factor(
            -1 / lr, "without the learning rate and the sign that belong in it: multiply by -lr"),
        new Factor(1 / lr, "without the learning rate that belongs in it: multiply by lr"));
  }

  private static boolean isConstant(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  /** The factor that makes one of the other, by their largest element. */
  private static Optional<Double> multiple(double[] here, double[] there) {
    int largest = 0;
    for (int i = 0; i < there.length; i++) {
      largest = Math.abs(there[i]) > Math.abs(there[largest]) ? i : largest;
    }
    if (there.length == 0 || there[largest] == 0) {
      return Optional.empty();
    }
    double factor = here[largest] / there[largest];
    return isMultiple(here, there, factor) ? Optional.of(factor) : Optional.empty();
  }

  private static boolean isMultiple(double[] here, double[] there, double factor) {
    if (here.length != there.length) {
      return false;
    }
    for (int i = 0; i < here.length; i++) {
      double expected = factor * there[i];
      if (!(Math.abs(here[i] - expected) <= ROUNDED * Math.abs(expected))) {
        return false;
      }
    }
    return true;
  }
}
