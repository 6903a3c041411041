package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import java.util.Map;

/**
 * What every optimizer of Keras can do beside its own rule: clip each gradient, and shrink the
 * weights before the step (keras/src/optimizers/base_optimizer.py, {@code apply}).
 */
final class KerasOptions {
  private KerasOptions() {}

  /** Whether a rule has to have lines for them. */
  static boolean isOn(Given given) {
    return given.dialect() != Dialect.TF1
        && (on(given, "clipvalue") || on(given, "clipnorm") || on(given, "weight_decay"));
  }

  private static boolean on(Given given, String key) {
    return given.optional(key).orElse(0) > 0;
  }

  /** The lines that come first, and their numbers into {@code numbers}. */
  static RuleText begin(RuleText text, Given given, Map<String, Config> numbers) {
    if (given.dialect() == Dialect.TF1) {
      return text;
    }
    if (on(given, "clipnorm")) {
      add(text, given, numbers, "clipnorm");
      // By variable, and not as torch's clip_grad_norm_ over all of them.
      text.each("g = g * clipnorm / clamp(norm(g), clipnorm)");
    } else if (on(given, "clipvalue") && !on(given, "global_clipnorm")) {
      add(text, given, numbers, "clipvalue");
      text.each("g = clamp(g, -clipvalue, clipvalue)");
    }
    if (on(given, "weight_decay")) {
      add(text, given, numbers, "weight_decay");
      text.each("p = p - p * weight_decay * lr");
      given.assume(
          "every weight decays; what exclude_from_weight_decay took out is in no file: set"
              + " weight_decay of its group to 0");
    }
    return text;
  }

  private static void add(RuleText text, Given given, Map<String, Config> numbers, String key) {
    double said = given.optional(key).orElseThrow();
    double value = key.equals("weight_decay") ? (float) said : said;
    text.setting(key, value);
    numbers.put(key, new Config.Real(value));
  }
}
