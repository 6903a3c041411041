package io.github.tf2torch.diff;

import io.github.tf2torch.model.source.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensor of one file is which of another: by name, then by the key under which it is stored,
 * then by an alias. A tensor that is tied in one file and written twice in the other has two pairs.
 */
record Matching(List<Pair> pairs, List<Variable> onlyA, List<Variable> onlyB) {
  record Pair(Variable a, Variable b) {}

  static Matching of(List<Variable> variablesA, List<Variable> variablesB) {
    Map<String, Variable> namesB = byName(variablesB);
    Set<Pair> pairs = new LinkedHashSet<>();
    Set<String> matchedB = new HashSet<>();
    List<Variable> onlyA = new ArrayList<>();
    for (Variable a : variablesA) {
      Optional<Variable> b = find(a, namesB);
      if (b.isPresent()) {
        pairs.add(new Pair(a, b.get()));
        matchedB.add(b.get().name());
      } else {
        onlyA.add(a);
      }
    }
    Map<String, Variable> namesA = byName(variablesA);
    List<Variable> onlyB = new ArrayList<>();
    for (Variable b : variablesB) {
      if (matchedB.contains(b.name())) {
        continue;
      }
      Optional<Variable> a = find(b, namesA);
      if (a.isPresent()) {
        pairs.add(new Pair(a.get(), b));
      } else {
        onlyB.add(b);
      }
    }
    return new Matching(List.copyOf(pairs), onlyA, onlyB);
  }

  private static Optional<Variable> find(Variable wanted, Map<String, Variable> names) {
    return names(wanted).stream().filter(names::containsKey).map(names::get).findFirst();
  }

  /** A name goes before a key of another variable, and that before an alias. */
  private static Map<String, Variable> byName(List<Variable> variables) {
    Map<String, Variable> names = new HashMap<>();
    variables.forEach(v -> names.putIfAbsent(v.name(), v));
    variables.forEach(v -> names.putIfAbsent(v.key(), v));
    variables.forEach(v -> v.aliases().forEach(a -> names.putIfAbsent(a, v)));
    return names;
  }

  private static List<String> names(Variable variable) {
    List<String> names = new ArrayList<>(List.of(variable.name(), variable.key()));
    names.addAll(variable.aliases());
    return names;
  }
}
