package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Cast;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The account while it is drawn up: which variables have gone where, which tensors of the target
 * have been filled, and everything that is wrong with it.
 */
final class Ledger {
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Variable> targets = new LinkedHashMap<>();

  /** Tensors that the target holds once under several names: each to the one that it is. */
  private final Map<String, String> tied = new LinkedHashMap<>();

  private final Map<String, TensorExpr> filled = new LinkedHashMap<>();
  private final Map<String, String> fillers = new LinkedHashMap<>();
  private final Map<String, String> dropped = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();
  private final Set<String> kept = new LinkedHashSet<>();
  private final Set<String> assumed = new LinkedHashSet<>();
  private final Set<String> problems = new LinkedHashSet<>();
  private final List<OtherRows> otherRows = new ArrayList<>();
  private final Set<String> torn = new LinkedHashSet<>();
  private final List<Choice> choices = new ArrayList<>();

  Ledger(List<Variable> variables, List<Variable> targets) {
    variables.forEach(v -> this.variables.put(v.name(), v));
    for (Variable target : targets) {
      this.targets.put(target.name(), target);
      for (String alias : target.aliases()) {
        this.targets.put(
            alias,
            new Variable(alias, alias, target.dtype(), target.shape(), target.role(), List.of()));
        tied.put(alias, target.name());
      }
    }
  }

  /** Whether it is another tensor under a further name. */
  boolean isTied(Variable target) {
    return tied.containsKey(target.name());
  }

  /** All names of what is one tensor. */
  List<String> alike(Variable target) {
    String name = tied.getOrDefault(target.name(), target.name());
    List<String> names = new ArrayList<>(List.of(name));
    tied.forEach(
        (alias, own) -> {
          if (own.equals(name)) {
            names.add(alias);
          }
        });
    return names;
  }

  /** Fills what is one tensor with the same, whichever of its names was filled. */
  void tie() {
    for (int i = 0; i < 2; i++) {
      tied.forEach(
          (alias, name) -> {
            TensorExpr recipe = filled.getOrDefault(name, filled.get(alias));
            if (recipe != null) {
              filled.putIfAbsent(alias, recipe);
              filled.putIfAbsent(name, recipe);
              refuseTwo(name, alias);
            }
          });
    }
  }

  /** Loaded into a model that ties them, whichever came last would be both. */
  private void refuseTwo(String name, String alias) {
    TensorExpr one = Objects.requireNonNull(filled.get(name));
    TensorExpr other = Objects.requireNonNull(filled.get(alias));
    if (!one.equals(other)) {
      torn.add(alias);
      problem(
          "\"%s\" and \"%s\" are one tensor in the target, and would be %s and %s: give the model two"
                  .formatted(name, alias, one.describe(), other.describe())
              + " before you save it, or drop one of the variables");
    }
  }

  Optional<Variable> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  Optional<Variable> target(String name) {
    return Optional.ofNullable(targets.get(name));
  }

  List<Variable> targets() {
    return List.copyOf(targets.values());
  }

  List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  /** Variables that have gone nowhere, in the order of the source. */
  List<Variable> openVariables() {
    return variables.values().stream()
        .filter(v -> !used.contains(v.name()) && !dropped.containsKey(v.name()))
        .toList();
  }

  /** Variables that are not dropped. */
  List<Variable> wanted() {
    return variables.values().stream().filter(v -> !dropped.containsKey(v.name())).toList();
  }

  /** Tensors that nothing fills and that don't stay as they are, in the target's order. */
  List<Variable> openTargets() {
    return targets.values().stream()
        .filter(t -> !filled.containsKey(t.name()) && !kept.contains(t.name()))
        .toList();
  }

  static Stored stored(Variable variable) {
    return new Stored(variable.name(), variable.dtype(), variable.shape());
  }

  /**
   * Makes {@code target} of {@code recipe}, in the target's type.
   *
   * @param by who says so, for the messages
   */
  void fill(Variable target, TensorExpr recipe, String by) {
    used.addAll(recipe.variables());
    if (!recipe.shape().equals(target.shape())) {
      OtherRows.of(target, recipe).ifPresent(otherRows::add);
      problem(
          "%s: \"%s\" is %s, and %s is %s"
              .formatted(by, target.name(), target.shape(), recipe.describe(), recipe.shape()));
      return;
    }
    if (!canBe(recipe.dtype(), target.dtype())) {
      problem(
          "%s: \"%s\" is %s, and %s is %s"
              .formatted(
                  by,
                  target.name(),
                  target.dtype().torchName(),
                  recipe.describe(),
                  recipe.dtype().torchName()));
      return;
    }
    TensorExpr inType =
        recipe.dtype() == target.dtype() ? recipe : new Cast(recipe, target.dtype());
    TensorExpr before = filled.putIfAbsent(target.name(), inType);
    String filler = fillers.putIfAbsent(target.name(), by);
    if (before != null && !before.equals(inType)) {
      problem(
          "%s: \"%s\" would be %s, but by %s it is %s"
              .formatted(by, target.name(), inType.describe(), filler, before.describe()));
    }
  }

  private static boolean canBe(DType from, DType to) {
    boolean isWhole = !from.isFloating() && !to.isFloating() && from.bytes() <= to.bytes();
    return from == to || (from.isFloating() && to.isFloating()) || isWhole;
  }

  void keep(Variable target) {
    kept.add(target.name());
  }

  void drop(Variable variable, String reason) {
    dropped.putIfAbsent(variable.name(), reason);
  }

  void assume(String what) {
    assumed.add(what);
  }

  void problem(String what) {
    problems.add(what);
  }

  /** Nothing says which; its variables stay without a place. */
  void leaveOpen(Choice choice) {
    choices.add(choice);
  }

  List<Choice> choices() {
    return List.copyOf(choices);
  }

  Map<String, TensorExpr> filled() {
    return filled;
  }

  Set<String> kept() {
    return kept;
  }

  Map<String, String> dropped() {
    return dropped;
  }

  List<String> assumed() {
    return List.copyOf(assumed);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Those of the problems that another number of rows is. */
  List<OtherRows> otherRows() {
    return List.copyOf(otherRows);
  }

  /**
   * Whether there are problems but of a target that has other rows, or fewer tensors, than the
   * rules are for.
   */
  boolean isWrong() {
    return problems.size() > otherRows.size() + torn.size();
  }

  /** Whether all is said: every variable has gone somewhere, every tensor is made of something. */
  boolean isSettled() {
    return problems.isEmpty() && openVariables().isEmpty() && openTargets().isEmpty();
  }
}
