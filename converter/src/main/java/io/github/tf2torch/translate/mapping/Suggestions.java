package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.tensor.TensorExpr.Permute;
import io.github.tf2torch.tensor.TensorExpr.Reshape;
import io.github.tf2torch.tensor.TensorExpr.Stored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** The first module that is free, and all the others in a comment. */
  private void choice(Choice choice) {
    List<TargetModule> free = choice.modules().stream().filter(m -> !taken.contains(m)).toList();
    TargetModule module = free.isEmpty() ? choice.modules().get(0) : free.get(0);
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
      ways.get(i).forEach((slot, recipe) -> move(recipe, module.tensors().get(slot)));
    }
  }

  private void move(TensorExpr recipe, @org.jspecify.annotations.Nullable Variable target) {
    if (target == null || recipe.variables().size() != 1) {
      return;
    }
    String variable = recipe.variables().get(0);
    said.add(variable);
    said.add("target " + target.name());
    lines.add("- source: '" + pattern(variable) + "'");
    lines.add("  target: '" + target.name().replace("'", "''") + "'");
    lines.add("  transform: " + transform(recipe));
  }

  /** The recipe in the words of a rule; any that moves elements can be said so. */
  private static String transform(TensorExpr recipe) {
    TensorExpr stored = recipe;
    List<String> steps = new ArrayList<>();
    while (!(stored instanceof Stored)) {
      if (stored instanceof Permute permute) {
        steps.add(0, "permute: " + permute.axes());
        stored = permute.input();
      } else if (stored instanceof Reshape reshape) {
        steps.add(0, "reshape: " + reshape.shape());
        stored = reshape.input();
      } else {
        return "stored   # to be completed: " + recipe.describe();
      }
    }
    int rank = stored.shape().rank();
    if (steps.isEmpty()) {
      return "stored";
    }
    if (rank == 2 && recipe.equals(Layouts.transpose(stored))) {
      return "transpose";
    }
    if (rank > 2 && recipe.equals(Layouts.convolution(stored))) {
      return "conv";
    }
    if (rank > 2 && recipe.equals(Layouts.depthwise(stored))) {
      return "depthwise";
    }
    return "[" + String.join(", ", steps.stream().map(s -> "{" + s + "}").toList()) + "]";
  }

  /** A regular expression in YAML's single quotes that matches the name and no other. */
  static String pattern(String name) {
    return name.replaceAll("([\\\\.\\[\\](){}*+?^$|])", "\\\\$1").replace("'", "''");
  }
}
