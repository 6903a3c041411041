package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An update rule in the making, line by line, each a {@link Formula}. */
final class RuleText {
  private final String className;
  private final String summary;
  private final Map<String, Config> settings = new LinkedHashMap<>();
  private final Map<String, Config> counters = new LinkedHashMap<>();
  private final List<UpdateRule.State> state = new ArrayList<>();
  private final List<String> before = new ArrayList<>();
  private final List<String> each = new ArrayList<>();
  private final List<String> after = new ArrayList<>();
  private Optional<RuleText> variant = Optional.empty();
  private String varying = "";

  RuleText(String className, String summary) {
    this.className = className;
    this.summary = summary;
  }

  /** A hyperparameter, and what a user who passes none gets. */
  RuleText setting(String name, double standard) {
    settings.put(name, new Config.Real(standard));
    return this;
  }

  /** One that only some groups have. */
  RuleText choice(String name) {
    settings.put(name, new Config.Absent());
    return this;
  }

  /** The state and lines of groups that have the choice. */
  RuleText where(String choice, RuleText other) {
    varying = choice;
    variant = Optional.of(other);
    return this;
  }

  /** A number that steps change. */
  RuleText counter(String name, Config initial) {
    counters.put(name, initial);
    return this;
  }

  /** Steps are counted, from one on, in {@code step}. */
  RuleText counting() {
    counter("step", new Config.Whole(0));
    return before("step = step + 1");
  }

  RuleText state(String name, double initial) {
    state.add(new UpdateRule.State(name, initial));
    return this;
  }

  /** One that has an extent of 1 along the axis that a setting says. */
  RuleText mean(String name, String axis) {
    state.add(new UpdateRule.State(name, 0, axis));
    return this;
  }

  RuleText before(String... lines) {
    before.addAll(List.of(lines));
    return this;
  }

  RuleText each(String... lines) {
    each.addAll(List.of(lines));
    return this;
  }

  RuleText after(String... lines) {
    after.addAll(List.of(lines));
    return this;
  }

  UpdateRule rule() {
    Formula formula = formula();
    return new UpdateRule(
        className,
        summary,
        settings,
        counters,
        state,
        lines(formula, before),
        lines(formula, each),
        lines(formula, after),
        variant.map(v -> new UpdateRule.Variant(varying, v.state, lines(v.formula(), v.each))));
  }

  private Formula formula() {
    Set<String> tensors = new HashSet<>(Set.of("p", "g"));
    state.forEach(s -> tensors.add(s.name()));
    return new Formula(tensors);
  }

  private static List<Statement.Assign> lines(Formula formula, List<String> lines) {
    return lines.stream().map(formula::line).toList();
  }
}
