package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.target.UpdateRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An optimizer of TensorFlow's as one of PyTorch's.
 *
 * @param arguments of the constructor
 * @param settings all of a group's: {@code arguments}, and what else PyTorch keeps
 * @param slots a parameter's tensors
 * @param steps how many are done, where each parameter counts them in a tensor {@code step}
 * @param rule one step of it
 * @param isStock whether it is PyTorch's own, and {@code rule} a description of it
 * @param exclusion parameters that are stepped with other settings
 * @param factoring of the parameters that are stepped by the rule's variant
 * @param exactness how near it comes, for people
 */
record Mapping(
    String className,
    Map<String, Config> arguments,
    Map<String, Config> settings,
    List<SlotUse> slots,
    Optional<Long> steps,
    UpdateRule rule,
    boolean isStock,
    Optional<Exclusion> exclusion,
    Optional<Factoring> factoring,
    String exactness) {
  Mapping {
    arguments = Config.ordered(arguments);
    settings = Config.ordered(settings);
    slots = List.copyOf(slots);
  }

  static final String STOCK_EXACT = "the same formula: equal up to rounding";

  /**
   * A tensor of a parameter's state.
   *
   * @param key PyTorch's
   * @param names what TensorFlow's versions call it
   * @param initial every element of it, before the first step
   */
  record SlotUse(String key, List<String> names, double initial) {
    SlotUse {
      names = List.copyOf(names);
    }

    static SlotUse of(String key, double initial, String... names) {
      return new SlotUse(key, List.of(names), initial);
    }
  }

  /**
   * Parameters whose variables have such a name, and what is otherwise for them.
   *
   * @param names found anywhere in the variable's
   */
  record Exclusion(Pattern names, Map<String, Config> settings) {
    boolean holds(List<String> variables) {
      return variables.stream().anyMatch(v -> names.matcher(v).find());
    }
  }

  Mapping withExclusion(Optional<Exclusion> other) {
    return new Mapping(
        className, arguments, settings, slots, steps, rule, isStock, other, factoring, exactness);
  }

  Mapping withFactoring(Factoring other) {
    return new Mapping(
        className,
        arguments,
        settings,
        slots,
        steps,
        rule,
        isStock,
        exclusion,
        Optional.of(other),
        exactness);
  }

  /** Of the group of a parameter that is made from these variables. */
  Map<String, Config> settings(List<String> variables) {
    Map<String, Config> own = new LinkedHashMap<>(settings);
    exclusion.filter(e -> e.holds(variables)).ifPresent(e -> own.putAll(e.settings()));
    return own;
  }

  String module() {
    return isStock ? "torch.optim" : "model";
  }

  /** Of PyTorch's own, whose other settings are as PyTorch has them. */
  static Mapping stock(
      UpdateRule rule,
      Map<String, Config> arguments,
      Map<String, Config> others,
      List<SlotUse> slots,
      Optional<Long> steps) {
    Map<String, Config> settings = new LinkedHashMap<>(arguments);
    others.forEach(settings::putIfAbsent);
    return new Mapping(
        rule.className(),
        arguments,
        settings,
        slots,
        steps,
        rule,
        true,
        Optional.empty(),
        Optional.empty(),
        STOCK_EXACT);
  }

  /** Of the class that {@code rule} describes, with the numbers that the source has for it. */
  static Mapping own(UpdateRule rule, Map<String, Config> numbers, List<SlotUse> slots) {
    Map<String, Config> arguments = new LinkedHashMap<>();
    rule.settings()
        .forEach((name, standard) -> arguments.put(name, numbers.getOrDefault(name, standard)));
    Map<String, Config> settings = new LinkedHashMap<>(arguments);
    arguments.values().removeIf(Config.Absent.class::isInstance);
    rule.counters().forEach((name, first) -> settings.put(name, numbers.getOrDefault(name, first)));
    return new Mapping(
        rule.className(),
        arguments,
        settings,
        slots,
        Optional.empty(),
        rule,
        false,
        Optional.empty(),
        Optional.empty(),
        "TensorFlow's own formula, step by step; PyTorch has no optimizer of it");
  }

  /** Settings in the order given: a name, a number, a name, ... */
  static Map<String, Config> numbers(Object... namesAndValues) {
    Map<String, Config> made = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      made.put(
          namesAndValues[i].toString(),
          value instanceof Boolean b
              ? new Config.Bool(b)
              : value instanceof Long w
                  ? new Config.Whole(w)
                  : new Config.Real(((Number) value).doubleValue()));
    }
    return made;
  }
}
