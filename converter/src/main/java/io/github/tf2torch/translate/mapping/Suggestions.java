package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Fill;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Lines of a rule file that settle what is open, for people to choose from. */
final class Suggestions {
  private final Ledger ledger;
  private final List<String> lines = new ArrayList<>();
  private final Set<String> said = new HashSet<>();
  private final Set<TargetModule> taken = new HashSet<>();

  private Suggestions(Ledger ledger) {
    this.ledger = ledger;
  }

  static List<String> of(Ledger ledger) {
    return new Suggestions(ledger).all();
  }

  private List<String> all() {
    ledger.otherRows().forEach(this::rows);
    ledger.choices().forEach(this::choice);
    for (Variable variable : ledger.openVariables()) {
      if (said.add(variable.name())) {
        lines.add("- drop: '" + pattern(variable.name()) + "'");
      }
    }
    for (Variable target : ledger.openTargets()) {
      if (!said.contains("target " + target.name())) {
        lines.add("- keep: '" + pattern(target.name()) + "'");
      }
    }
    return List.copyOf(lines);
  }

  private void rows(OtherRows other) {
    if (!said.add("target " + other.target().name())) {
      return;
    }
    ledger.alike(other.target()).forEach(t -> said.add("target " + t));
    lines.add(other.told());
    lines.add("- source: '" + pattern(other.variable()) + "'");
    lines.add("  target: " + quoted(other.target().name()));
    lines.add(
        "  transform: "
            + RuleSteps.before(other.transform(), other.recipe())
                .orElse("[..., " + other.transform() + "]   # " + other.recipe().describe()));
  }

  /** The first module that is free, and all the others in a comment. */
  private void choice(Choice choice) {
    List<TargetModule> free = choice.modules().stream().filter(m -> !taken.contains(m)).toList();
    if (free.isEmpty()) {
      said.addAll(choice.layer().variables());
      lines.add("# choose one that is taken above, or another: " + choice);
      return;
    }
    TargetModule module = free.get(0);
    taken.add(module);
    List<String> others =
        choice.modules().stream().filter(m -> !m.equals(module)).map(TargetModule::path).toList();
    if (!others.isEmpty()) {
      lines.add("# choose: " + module.path() + " or " + String.join(" or ", others));
    }
    List<Map<String, TensorExpr>> ways = Fitting.ways(choice.layer(), module);
    for (int i = 0; i < ways.size(); i++) {
      if (ways.size() > 1) {
        lines.add("# choose: way %d of %d".formatted(i + 1, ways.size()));
      } else if (FlattenedRows.isDoubtful(choice.layer())) {
        lines.add("# behind a flattened image, transform: {flatten: [height, width, channels]}");
      }
      moves(ways.get(i), module);
    }
  }

  /** One rule for each variable, whose rows may go to several tensors; and what has one value. */
  private void moves(Map<String, TensorExpr> way, TargetModule module) {
    Map<List<String>, Map<String, TensorExpr>> byVariables = new LinkedHashMap<>();
    way.forEach(
        (slot, recipe) -> {
          Variable target = module.tensors().get(slot);
          if (target != null) {
            byVariables
                .computeIfAbsent(recipe.variables(), v -> new LinkedHashMap<>())
                .put(target.name(), recipe);
          }
        });
    byVariables.forEach(
        (variables, moves) -> {
          if (variables.size() == 1) {
            move(variables.get(0), moves);
          } else if (variables.isEmpty()) {
            moves.forEach(this::fill);
          } else {
            moves.forEach(this::join);
          }
        });
  }

  private void move(String variable, Map<String, TensorExpr> targets) {
    said.add(variable);
    targets.keySet().forEach(t -> said.add("target " + t));
    String names =
        targets.keySet().stream().map(Suggestions::quoted).collect(Collectors.joining(", "));
    String described =
        targets.values().stream().map(TensorExpr::describe).collect(Collectors.joining("; "));
    lines.add("- source: '" + pattern(variable) + "'");
    lines.add("  target: " + (targets.size() == 1 ? names : "[" + names + "]"));
    lines.add(
        "  transform: "
            + RuleSteps.of(List.copyOf(targets.values()))
                .orElse("stored   # to be completed: " + described));
  }

  /** The first variable is found by an expression, and the others by their names. */
  private void join(String target, TensorExpr recipe) {
    List<String> variables = recipe.variables().stream().distinct().toList();
    said.addAll(variables);
    said.add("target " + target);
    List<String> sources = new ArrayList<>(List.of("'" + pattern(variables.get(0)) + "'"));
    variables.stream().skip(1).forEach(v -> sources.add(quoted(v)));
    lines.add("- source: [" + String.join(", ", sources) + "]");
    lines.add("  target: " + quoted(target));
    lines.add(
        "  transform: "
            + RuleSteps.of(List.of(recipe))
                .orElse("{concat: 0}   # to be completed: " + recipe.describe()));
  }

  private void fill(String target, TensorExpr recipe) {
    said.add("target " + target);
    if (recipe instanceof Fill fill) {
      lines.add("- target: '" + pattern(target) + "'");
      lines.add("  fill: " + fill.value());
    } else {
      lines.add("# no rule says it: " + target + " = " + recipe.describe());
    }
  }

  private static String quoted(String name) {
    return "'" + name.replace("'", "''") + "'";
  }

  /** A regular expression in YAML's single quotes that matches the name and no other. */
  static String pattern(String name) {
    return name.replaceAll("([\\\\.\\[\\](){}*+?^$|])", "\\\\$1").replace("'", "''");
  }
}
