package io.github.tf2torch.read.bundle;

import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The variables of a checkpoint under names that people know and that are unique. */
public final class VariableList {
  /** What TensorFlow calls a variable that nobody named. */
  private static final Pattern UNNAMED = Pattern.compile("(.*/)?Variable(_\\d+)?|");

  private final List<Variable> variables;
  private final Map<String, Variable> byKey = new HashMap<>();

  private VariableList(List<Variable> variables) {
    this.variables = List.copyOf(variables);
    for (Variable variable : variables) {
      byKey.put(variable.key(), variable);
      variable.aliases().forEach(a -> byKey.put(a, variable));
    }
  }

  /** Of variables that have their names already. */
  public static VariableList of(List<Variable> named) {
    return new VariableList(named);
  }

  /** Of a checkpoint by names, as TF1 writes it. */
  public static VariableList byName(Collection<BundleEntry> entries) {
    return of(entries, Map.of(), Set.of());
  }

  /**
   * Of a checkpoint by objects, as TF2 writes it.
   *
   * @param names key → what people call the variable; empty text where nobody named it
   * @param copies keys under which variables are stored a second time
   */
  public static VariableList byObject(
      Collection<BundleEntry> entries, Map<String, String> names, Set<String> copies) {
    return of(entries, names, copies);
  }

  /** An entry, and the keys under which it is stored again. */
  private record Aliased(BundleEntry entry, List<String> copies) {}

  private static VariableList of(
      Collection<BundleEntry> entries, Map<String, String> names, Set<String> copies) {
    List<Aliased> originals = aliases(entries, names, copies);
    Map<String, Long> uses =
        originals.stream()
            .collect(Collectors.groupingBy(o -> name(o.entry(), names), Collectors.counting()));
    List<Variable> variables = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Aliased original : originals) {
      BundleEntry entry = original.entry();
      String name = name(entry, names);
      boolean isClear = uses.get(name) == 1 && !UNNAMED.matcher(name).matches();
      String chosen = fresh(isClear ? name : ObjectPath.of(entry.key()), taken);
      Role role = VariableRoles.of(name, entry.key(), entry.dtype(), entry.shape());
      variables.add(
          new Variable(chosen, entry.key(), entry.dtype(), entry.shape(), role, original.copies()));
    }
    return new VariableList(variables);
  }

  private static String fresh(String wanted, Set<String> taken) {
    String unique = wanted;
    for (int i = 1; !taken.add(unique); i++) {
      unique = wanted + "_" + i;
    }
    return unique;
  }

  private static String name(BundleEntry entry, Map<String, String> names) {
    String name = names.getOrDefault(entry.key(), "");
    name = name.endsWith(":0") ? name.substring(0, name.length() - 2) : name;
    return name.isEmpty() ? ObjectPath.of(entry.key()) : name;
  }

  /**
   * Each variable with the keys of its copies: same name, type, shape and checksum. A copy without
   * an original stays a variable.
   */
  private static List<Aliased> aliases(
      Collection<BundleEntry> entries, Map<String, String> names, Set<String> copies) {
    List<Aliased> aliased = new ArrayList<>();
    List<BundleEntry> copied = new ArrayList<>();
    for (BundleEntry entry : entries) {
      if (isVariable(entry) && copies.contains(entry.key())) {
        copied.add(entry);
      } else if (isVariable(entry)) {
        aliased.add(new Aliased(entry, new ArrayList<>()));
      }
    }
    if (copied.isEmpty()) {
      return aliased;
    }
    Map<Object, Aliased> originals = new HashMap<>();
    aliased.forEach(a -> originals.putIfAbsent(sameness(a.entry(), names), a));
    for (BundleEntry copy : copied) {
      Aliased original = originals.remove(sameness(copy, names));
      if (original == null) {
        aliased.add(new Aliased(copy, new ArrayList<>()));
      } else {
        original.copies().add(copy.key());
      }
    }
    return aliased;
  }

  private static boolean isVariable(BundleEntry entry) {
    return !entry.key().equals(Bundle.OBJECT_GRAPH)
        && (entry.dtype() != DType.STRING || !entry.key().endsWith("_CONFIG_JSON"));
  }

  private static Object sameness(BundleEntry entry, Map<String, String> names) {
    return List.of(name(entry, names), entry.dtype(), entry.shape(), entry.maskedCrc());
  }

  public List<Variable> all() {
    return variables;
  }

  public Optional<Variable> byKey(String key) {
    return Optional.ofNullable(byKey.get(key));
  }
}
