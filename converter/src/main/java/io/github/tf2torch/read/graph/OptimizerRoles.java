package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Optimizer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.Variable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Variables in the roles that optimizers give them, whatever their names make of them. */
final class OptimizerRoles {
  private OptimizerRoles() {}

  static List<Variable> of(List<Optimizer> optimizers, List<Variable> variables) {
    Set<String> slots = new HashSet<>();
    Set<String> counters = new HashSet<>();
    for (Optimizer optimizer : optimizers) {
      optimizer.slots().forEach(s -> slots.add(s.stored()));
      counters.addAll(optimizer.counters());
    }
    return variables.stream()
        .map(v -> slots.contains(v.name()) ? v.withRole(Role.SLOT) : v)
        .map(v -> counters.contains(v.name()) ? v.withRole(Role.COUNTER) : v)
        .toList();
  }
}
