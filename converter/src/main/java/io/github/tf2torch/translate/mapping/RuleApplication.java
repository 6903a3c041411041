package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.rules.mapping.MappingRule;
import io.github.tf2torch.rules.mapping.MappingRule.Drop;
import io.github.tf2torch.rules.mapping.MappingRule.Fill;
import io.github.tf2torch.rules.mapping.MappingRule.Keep;
import io.github.tf2torch.rules.mapping.MappingRule.Move;
import io.github.tf2torch.rules.mapping.RuleFile;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of rules applied: each variable goes where the first rule says that matches its name. A
 * rule that was never needed is nothing wrong; one that can't be followed is.
 */
final class RuleApplication {
  private final RuleFile file;
  private final KnownLayouts known;
  private final Ledger ledger;
  private final GroupNames names;
  private final boolean isInPart;
  private final Map<String, List<Matched>> stacks = new LinkedHashMap<>();

  private RuleApplication(RuleFile file, KnownLayouts known, Ledger ledger, boolean isInPart) {
    this.file = file;
    this.known = known;
    this.ledger = ledger;
    this.names = GroupNames.of(file, ledger);
    this.isInPart = isInPart;
  }

  static void apply(RuleFile file, KnownLayouts known, Ledger ledger) {
    new RuleApplication(file, known, ledger, false).apply();
  }

  /** A file that is for a model like this one: what it says of others leaves a variable open. */
  static void applyInPart(RuleFile file, KnownLayouts known, Ledger ledger) {
    new RuleApplication(file, known, ledger, true).apply();
  }

  /** Says which rules were for nothing: a name is misspelt, or another source was meant. */
  static void tellUnneeded(RuleFile file, Ledger ledger) {
    for (MappingRule rule : file.rules()) {
      Pattern pattern = rule.pattern();
      List<Variable> names = rule.isOfTarget() ? ledger.targets() : ledger.variables();
      if (names.stream().noneMatch(v -> pattern.matcher(v.name()).matches())) {
        String what = rule.isOfTarget() ? "tensor" : "variable";
        ledger.assume(
            "%s is for nothing: no %s has a name that is \"%s\""
                .formatted(rule.place(), what, pattern));
      }
    }
  }

  /** A rule and the variables that it found together, targets named. */
  private record Matched(Move rule, String layer, List<Variable> variables, List<String> targets) {}

  private void apply() {
    Set<String> taken = new HashSet<>();
    for (Variable variable : ledger.openVariables()) {
      if (!taken.contains(variable.name())) {
        apply(variable, taken);
      }
    }
    stacks.values().forEach(this::stack);
    if (!isInPart) {
      setWhatNoVariableFills();
    }
  }

  private void setWhatNoVariableFills() {
    for (MappingRule rule : file.rules()) {
      if (rule instanceof Keep keep) {
        for (Variable target : ledger.openTargets()) {
          if (matches(keep.target(), target.name())) {
            ledger.keep(target);
            ledger.assume(
                "\"%s\" stays as the target has it, by %s".formatted(target.name(), keep.place()));
          }
        }
      } else if (rule instanceof Fill fill) {
        for (Variable target : ledger.openTargets()) {
          if (matches(fill.target(), target.name())) {
            TensorExpr value = new TensorExpr.Fill(target.dtype(), target.shape(), fill.value());
            ledger.fill(target, value, fill.place());
          }
        }
      }
    }
  }

  private void apply(Variable variable, Set<String> taken) {
    for (MappingRule rule : file.rules()) {
      if (rule instanceof Drop drop && drop.source().matcher(variable.name()).matches()) {
        ledger.drop(variable, drop.reason());
        return;
      }
      if (rule instanceof Move move) {
        Matcher found = move.source().matcher(variable.name());
        if (found.matches() && isFor(move, found)) {
          Matched matched = matched(move, found, variable);
          if (matched.variables().size() == move.beside().size() + 1) {
            matched.variables().forEach(v -> taken.add(v.name()));
            move(matched);
          }
          return;
        }
      }
    }
  }

  private boolean isFor(Move rule, Matcher found) {
    return rule.condition().isEmpty()
        || ledger.variable(names.of(found, rule.condition(), rule.place())).isPresent();
  }

  private Matched matched(Move rule, Matcher found, Variable variable) {
    List<Variable> variables = new ArrayList<>(List.of(variable));
    for (String name : rule.beside()) {
      String other = names.of(found, name, rule.place());
      Optional<Variable> there = ledger.variable(other);
      there.ifPresent(variables::add);
      if (there.isEmpty()) {
        ledger.problem(
            "%s: goes with \"%s\", but there is no variable \"%s\""
                .formatted(rule.place(), variable.name(), other));
      }
    }
    String layer = found.groupCount() == 0 ? "" : names.of(found, "$1", rule.place());
    List<String> targets =
        rule.targets().stream().map(t -> names.of(found, t, rule.place())).toList();
    return new Matched(rule, layer, variables, targets);
  }

  private void move(Matched matched) {
    if (matched.rule().stacks()) {
      stacks
          .computeIfAbsent(matched.rule().place() + matched.targets(), k -> new ArrayList<>())
          .add(matched);
    } else {
      RuleMove move = new RuleMove(matched.rule(), file.prefix(), known, ledger, isInPart);
      move.run(matched.variables(), matched.targets());
    }
  }

  /** The layers of one tensor, in the order that their names count. */
  private void stack(List<Matched> layers) {
    List<Variable> variables =
        layers.stream()
            .sorted((a, b) -> NaturalOrder.INSTANCE.compare(a.layer(), b.layer()))
            .flatMap(m -> m.variables().stream())
            .toList();
    Matched first = layers.get(0);
    new RuleMove(first.rule(), file.prefix(), known, ledger, isInPart)
        .run(variables, first.targets());
  }

  private boolean matches(Pattern pattern, String target) {
    return pattern.matcher(target).matches()
        || (!file.prefix().isEmpty() && pattern.matcher(file.prefix() + target).matches());
  }
}
