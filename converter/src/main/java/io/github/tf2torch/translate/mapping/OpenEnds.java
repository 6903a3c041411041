package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.UnmappedVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a mapping into a model leaves open, all of it, and rules to begin with. */
final class OpenEnds {
  private OpenEnds() {}

  /**
   * @param assumed of the source, which may be why its order is not known
   * @param taken sets of rules that fit a part, as the account tells them
   */
  static UnmappedVariable of(
      Ledger ledger, List<String> assumed, String target, List<String> taken) {
    List<Variable> variables = ledger.openVariables();
    List<Variable> tensors = ledger.openTargets();
    List<String> problems = ledger.problems();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d of %d tensors of %s are filled; nothing is written"
            .formatted(ledger.filled().size(), ledger.targets().size(), target));
    taken.forEach(t -> lines.add("by " + t));
    section("Assumed of the source", assumed, lines);
    section("Wrong", problems, lines);
    section("Not the same layer in PyTorch", FormerGru.told(ledger), lines);
    section("To be chosen", ledger.choices().stream().map(Choice::toString).toList(), lines);
    section("Variables without a place", named(variables), lines);
    section("Tensors that nothing fills", named(tensors), lines);
    lines.add("Rules for --rules FILE, to be completed:");
    lines.addAll(Suggestions.of(ledger));
    return new UnmappedVariable(String.join("\n", lines));
  }

  private static void section(String title, List<String> entries, List<String> lines) {
    if (!entries.isEmpty()) {
      lines.add(String.format(Locale.ROOT, "%s (%d):", title, entries.size()));
      entries.forEach(e -> lines.add("  " + e));
    }
  }

  private static List<String> named(List<Variable> all) {
    Stream<String> named =
        all.stream().map(v -> "%s %s %s".formatted(v.name(), v.dtype().torchName(), v.shape()));
    return named.toList();
  }
}
