package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The rules of Keras layers that are at hand, by class. */
public final class LayerRuleSet {
  private final Map<String, LayerRule> byClass = new TreeMap<>();

  public LayerRuleSet(Iterable<LayerRule> rules) {
    List<LayerRule> users = new ArrayList<>();
    for (LayerRule rule : rules) {
      if (isOfKeras(rule)) {
        rule.layers().forEach(layer -> claim(layer, rule));
      } else {
        users.add(rule);
      }
    }
    for (LayerRule rule : users) {
      rule.layers().forEach(layer -> byClass.put(layer, rule));
    }
  }

  /** All rules on the class path. */
  public static LayerRuleSet installed() {
    return new LayerRuleSet(
        ServiceLoader.load(LayerRule.class, LayerRuleSet.class.getClassLoader()));
  }

  /** The same and others. */
  public LayerRuleSet with(Iterable<LayerRule> more) {
    LayerRuleSet all = new LayerRuleSet(List.of());
    all.byClass.putAll(byClass);
    more.forEach(rule -> rule.layers().forEach(layer -> all.byClass.put(layer, rule)));
    return all;
  }

  public Optional<LayerRule> rule(String className) {
    return Optional.ofNullable(byClass.get(className));
  }

  /**
   * The rule of a layer. A class that a user registered has a user's, who calls it by its full name
   * where Keras has another one of the same.
   */
  public Optional<LayerRule> rule(Layer layer) {
    Optional<LayerRule> plain = rule(layer.className());
    return layer.registered().isEmpty()
        ? plain
        : layer.registered().map(byClass::get).or(() -> plain.filter(rule -> !isOfKeras(rule)));
  }

  private static boolean isOfKeras(LayerRule rule) {
    return rule.getClass().getPackageName().startsWith(LayerRuleSet.class.getPackageName() + ".");
  }

  /** Whether this is another class than Keras's own of the same name. */
  public boolean isNamesake(Layer layer) {
    return layer.registered().isPresent()
        && rule(layer.className()).filter(LayerRuleSet::isOfKeras).isPresent();
  }

  /** Every class of layers that has a rule, in alphabetical order. */
  public List<String> supportedLayers() {
    return List.copyOf(byClass.keySet());
  }

  private void claim(String layer, LayerRule rule) {
    LayerRule other = byClass.putIfAbsent(layer, rule);
    if (other != null) {
      throw new IllegalStateException(
          "two rules for " + layer + ": " + other.getClass() + " and " + rule.getClass());
    }
  }
}
