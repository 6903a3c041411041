package io.github.tf2torch.read.graph;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Gives out names that are readable, unique, and the same on every run. */
final class Names {
  private static final Pattern CALL = Pattern.compile("(?:Stateful)?PartitionedCall(?:_\\d+)?");

  private final Set<String> taken;
  private final Map<String, Integer> next = new HashMap<>();

  Names(Collection<String> taken) {
    this.taken = new HashSet<>(taken);
  }

  /** The name below a scope, numbered where it is taken. */
  String fresh(String scope, String name) {
    String wanted = scope.isEmpty() || name.startsWith(scope + "/") ? name : scope + "/" + name;
    String unique = wanted;
    int number = next.getOrDefault(wanted, 1);
    while (!taken.add(unique)) {
      unique = wanted + "_" + number++;
    }
    next.put(wanted, number);
    return unique;
  }

  /** The scope that a call's body is put in: where the call stands, without the word for it. */
  static String scopeOf(String scope, String call) {
    int slash = call.lastIndexOf('/');
    String last = call.substring(slash + 1);
    String rest = CALL.matcher(last).matches() ? call.substring(0, Math.max(slash, 0)) : call;
    if (scope.isEmpty() || rest.equals(scope) || rest.startsWith(scope + "/")) {
      return rest;
    }
    return rest.isEmpty() ? scope : scope + "/" + rest;
  }
}
