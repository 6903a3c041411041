package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** The rules that are at hand, by op. */
public final class RuleSet {
  private final Map<String, OpRule> byOp = new LinkedHashMap<>();

  public RuleSet(Iterable<OpRule> rules) {
    List<OpRule> users = new ArrayList<>();
    for (OpRule rule : rules) {
      if (rule.getClass().getPackageName().startsWith(RuleSet.class.getPackageName() + ".")) {
        rule.ops().forEach(op -> claim(op, rule));
      } else {
        users.add(rule);
      }
    }
    for (OpRule rule : users) {
      rule.ops().forEach(op -> byOp.put(op, rule));
    }
  }

  /** All rules on the class path. */
  public static RuleSet installed() {
    return new RuleSet(ServiceLoader.load(OpRule.class, RuleSet.class.getClassLoader()));
  }

  /** The same and others. */
  public RuleSet with(Iterable<OpRule> more) {
    RuleSet all = new RuleSet(List.of());
    all.byOp.putAll(byOp);
    more.forEach(rule -> rule.ops().forEach(op -> all.byOp.put(op, rule)));
    return all;
  }

  public Optional<OpRule> rule(String op) {
    return Optional.ofNullable(byOp.get(op));
  }

  /** Every op of TensorFlow that has a rule, in alphabetical order. */
  public List<String> supportedOps() {
    return byOp.keySet().stream().filter(op -> !op.startsWith(Node.FUSED)).sorted().toList();
  }

  private void claim(String op, OpRule rule) {
    OpRule other = byOp.putIfAbsent(op, rule);
    if (other != null) {
      throw new IllegalStateException(
          "two rules for " + op + ": " + other.getClass() + " and " + rule.getClass());
    }
  }
}
