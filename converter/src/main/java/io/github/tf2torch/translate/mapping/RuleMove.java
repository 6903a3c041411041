package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.rules.mapping.MappingRule.Move;
import io.github.tf2torch.rules.mapping.Transform;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One rule followed for the variables that it found.
 *
 * @param prefix that targets are found without, too
 * @param isInPart whether variables stay open where the target has no place for them
 */
record RuleMove(Move rule, String prefix, KnownLayouts known, Ledger ledger, boolean isInPart) {
  void run(List<Variable> variables, List<String> targets) {
    List<String> names = targets.stream().flatMap(t -> layers(t).stream()).toList();
    List<Variable> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      find(name).ifPresentOrElse(found::add, () -> missing.add(name));
    }
    String missed = String.join(", ", missing.stream().map(m -> "\"" + m + "\"").toList());
    boolean isCopied = !missing.isEmpty() && !found.isEmpty() && !dividesUp();
    if (!missing.isEmpty() && isInPart && !isCopied) {
      return;
    }
    if (!missing.isEmpty() && rule.isOptional() && !isCopied) {
      variables.forEach(
          v -> ledger.drop(v, "the target has no " + missed + " (" + rule.place() + ")"));
    } else if (!missing.isEmpty() && !(rule.isOptional() && isCopied)) {
      ledger.problem(
          "%s: \"%s\" goes to %s, which the target does not have"
              .formatted(rule.place(), variables.get(0).name(), missed));
    } else {
      fill(variables, found);
    }
  }

  private boolean dividesUp() {
    return rule.transforms().stream()
        .anyMatch(t -> t.name().equals("split") || t.name().equals("unstack"));
  }

  /** {@code $i} from 0 on, as far as the target has such tensors. */
  private List<String> layers(String target) {
    if (!target.contains("$i")) {
      return List.of(target);
    }
    List<String> all = new ArrayList<>();
    String name = target.replace("$i", "0");
    while (find(name).isPresent()) {
      all.add(name);
      name = target.replace("$i", String.valueOf(all.size()));
    }
    return all.isEmpty() ? List.of(name) : all;
  }

  private Optional<Variable> find(String name) {
    Optional<Variable> whole = ledger.target(name);
    boolean isShorter = whole.isEmpty() && !prefix.isEmpty() && name.startsWith(prefix);
    return isShorter ? ledger.target(name.substring(prefix.length())) : whole;
  }

  private void fill(List<Variable> variables, List<Variable> targets) {
    List<Shape> shapes = targets.stream().map(Variable::shape).toList();
    List<TensorExpr> tensors = new ArrayList<>(variables.stream().map(Ledger::stored).toList());
    try {
      if (rule.transforms().isEmpty()) {
        Variable first = variables.get(0);
        tensors.set(0, UsualLayout.of(first, targets.get(0).shape(), known));
      }
      for (Transform transform : rule.transforms()) {
        tensors = apply(transform, tensors, shapes);
      }
    } catch (IllegalArgumentException e) {
      String names =
          String.join(", ", variables.stream().map(v -> "\"" + v.name() + "\"").toList());
      ledger.problem(rule.place() + ": " + names + ": " + e.getMessage());
      return;
    }
    if (tensors.size() != 1 && tensors.size() != targets.size()) {
      ledger.problem(
          "%s: %d tensors are made of \"%s\", for %d of the target"
              .formatted(rule.place(), tensors.size(), variables.get(0).name(), targets.size()));
      return;
    }
    for (int i = 0; i < targets.size(); i++) {
      ledger.fill(targets.get(i), tensors.get(tensors.size() == 1 ? 0 : i), rule.place());
    }
  }

  private static List<TensorExpr> apply(
      Transform transform, List<TensorExpr> tensors, List<Shape> targets) {
    try {
      return transform.apply(tensors, targets);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(transform + ": " + e.getMessage(), e);
    }
  }
}
