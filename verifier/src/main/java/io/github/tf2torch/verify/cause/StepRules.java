package io.github.tf2torch.verify.cause;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Other lines for a rule's own. */
final class StepRules {
  private StepRules() {}

  /** The same by other lines for each parameter. */
  static UpdateRule with(UpdateRule rule, List<Statement.Assign> each) {
    return with(rule, rule.settings(), each);
  }

  private static UpdateRule with(
      UpdateRule rule, Map<String, Config> settings, List<Statement.Assign> each) {
    return new UpdateRule(
        rule.className(),
        rule.summary(),
        settings,
        rule.counters(),
        rule.state(),
        rule.before(),
        each,
        rule.after(),
        rule.variant());
  }

  /** The same with the expressions of the lines that assign such a target rewritten. */
  static UpdateRule rewritten(
      UpdateRule rule, Predicate<String> target, UnaryOperator<Expr> rewrite) {
    return with(
        rule,
        rule.each().stream()
            .map(
                line ->
                    target.test(line.targets().get(0))
                        ? (Statement.Assign) ExprMap.statement(line, rewrite)
                        : line)
            .toList());
  }

  /** The same with a line before all others, and a setting that it reads. */
  static UpdateRule led(UpdateRule rule, String setting, Statement.Assign line) {
    Map<String, Config> settings = new LinkedHashMap<>(rule.settings());
    settings.putIfAbsent(setting, new Config.Real(0));
    List<Statement.Assign> each = new ArrayList<>(List.of(line));
    each.addAll(rule.each());
    return with(rule, settings, each);
  }

  static boolean isNumber(Expr expr, String... names) {
    return expr instanceof Expr.Local local && List.of(names).contains(local.name());
  }
}
