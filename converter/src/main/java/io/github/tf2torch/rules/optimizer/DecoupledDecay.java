package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.Statement;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What {@code extend_with_decoupled_weight_decay} of TF1 adds to any optimizer: weights shrink
 * before the step, by a part of themselves that the learning rate has no part in. No optimizer of
 * PyTorch's does that: AdamW's decay is a part of its rate.
 */
final class DecoupledDecay {
  /** What a reader finds in the graph. */
  static final String KEY = "decoupled_weight_decay";

  static final String SUFFIX = "DecoupledDecay";

  private static final String SETTING = "weight_decay";

  private DecoupledDecay() {}

  /** The same mappings, with the decay where one of them has any. */
  static List<Mapping> added(List<Given> given, List<Mapping> mappings) {
    for (Given one : given) {
      Config said = one.config(KEY);
      if (!(said instanceof Config.Absent) && one.optional(KEY).isEmpty()) {
        one.assume(
            "before each step the source takes a part of the weights from them ("
                + said.text().orElse("as much as follows from the number of steps")
                + "), which is left out: do the same");
      }
    }
    if (given.stream().allMatch(g -> g.optional(KEY).isEmpty())) {
      return mappings;
    }
    List<Mapping> decayed = new ArrayList<>();
    for (int i = 0; i < mappings.size(); i++) {
      OptionalDouble decay = given.get(i).optional(KEY);
      decayed.add(decayed(mappings.get(i), decay.orElse(0)));
    }
    return decayed;
  }

  private static Mapping decayed(Mapping mapping, double decay) {
    Map<String, Config> numbers = new LinkedHashMap<>(mapping.settings());
    numbers.put(SETTING, new Config.Real(decay));
    Mapping own = Mapping.own(rule(mapping.rule()), numbers, mapping.slots());
    return mapping.factoring().map(own::withFactoring).orElse(own);
  }

  private static UpdateRule rule(UpdateRule rule) {
    Map<String, Config> settings = new LinkedHashMap<>(rule.settings());
    settings.put(SETTING, new Config.Real(0));
    List<Statement.Assign> each = new ArrayList<>();
    each.add(new Formula(Set.of("p", "g")).line("p = p - p * " + SETTING));
    each.addAll(rule.each());
    return new UpdateRule(
        rule.className() + SUFFIX,
        rule.summary() + " Weights shrink by weight_decay before each step.",
        settings,
        rule.counters(),
        rule.state(),
        rule.before(),
        each,
        rule.after(),
        rule.variant());
  }
}
