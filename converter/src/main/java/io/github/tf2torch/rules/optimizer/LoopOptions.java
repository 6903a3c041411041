package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.TrainingConfig;
import io.github.tf2torch.model.target.TrainingLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What Keras does around an optimizer's step: with the loss, with the gradients of several batches
 * or of all parameters, and with averages of the weights (keras/src/optimizers/base_optimizer.py,
 * {@code apply}; loss_scale_optimizer.py).
 */
final class LoopOptions {
  /** What {@code KerasOptions} has in the rule itself, and no optimizer of PyTorch's has. */
  private static final List<String> IN_RULE = List.of("clipnorm", "clipvalue", "weight_decay");

  private LoopOptions() {}

  static TrainingLoop of(Given given) {
    Map<String, Config> around = new LinkedHashMap<>();
    Optional<TrainingLoop.Scaling> scaling = scaling(given, around);
    if (given.dialect() == Dialect.KERAS) {
      put(around, given, "loss_scale_factor");
      if (given.gathered() > 1) {
        around.put("gradient_accumulation_steps", new Config.Whole(given.gathered()));
      }
    }
    if (given.dialect() == Dialect.TF1) {
      IN_RULE.subList(0, 2).forEach(key -> put(around, given, key));
      given
          .config("gradient")
          .text()
          .ifPresent(
              how ->
                  given.assume(
                      "the gradient is "
                          + how
                          + ", which is no part of the optimizer: do the same before each step"));
    }
    if (given.optional("clipnorm").orElse(0) <= 0) {
      put(around, given, "global_clipnorm");
    }
    if (given.dialect() == Dialect.KERAS && given.flag("use_ema")) {
      around.put("ema_momentum", new Config.Real(given.optional("ema_momentum").orElse(0.99)));
      given
          .optional("ema_overwrite_frequency")
          .ifPresent(n -> around.put("ema_overwrite_frequency", new Config.Whole(Math.round(n))));
    }
    return new TrainingLoop(
        around, given.schedule().flatMap(s -> TorchSchedule.of(s, given.step())), scaling);
  }

  private static void put(Map<String, Config> around, Given given, String key) {
    OptionalDouble value = given.optional(key);
    if (value.isPresent() && value.getAsDouble() > 0) {
      around.put(key, new Config.Real(value.getAsDouble()));
    }
  }

  /** One whose scale stays is a number among the others. */
  private static Optional<TrainingLoop.Scaling> scaling(Given given, Map<String, Config> around) {
    Config config = given.config(TrainingConfig.LOSS_SCALE);
    if (config instanceof Config.Absent) {
      return Optional.empty();
    }
    double first = number(config, "initial_scale", 32768);
    if (config.get("dynamic").filter(d -> d.equals(new Config.Bool(false))).isPresent()) {
      around.put("loss_scale_factor", new Config.Real(first));
      return Optional.empty();
    }
    OptionalDouble now = given.counter("(dynamic_scale|current_loss_scale)");
    OptionalDouble grown = given.counter("(step_counter|good_steps)");
    if (now.isEmpty()) {
      given.assume("the loss scale is its first, " + first + "; the source does not keep it");
    }
    if (config.get("dynamic_growth_steps").isEmpty()) {
      given.assume(
          "the loss scale grows after 2000 steps, Keras's default; the source does not say");
    }
    return Optional.of(
        new TrainingLoop.Scaling(
            now.orElse(first),
            Math.round(number(config, "dynamic_growth_steps", 2000)),
            Math.round(grown.orElse(0))));
  }

  private static double number(Config config, String key, double standard) {
    return Schedule.real(config.get(key).orElse(new Config.Absent()), standard);
  }

  /** The same around an optimizer of PyTorch's own, which has less in its step. */
  static TrainingLoop withRule(TrainingLoop loop, Map<String, Config> numbers, boolean decays) {
    Map<String, Config> all = new LinkedHashMap<>();
    for (String key :
        List.of(
            "loss_scale_factor", "gradient_accumulation_steps", "clipnorm", "global_clipnorm")) {
      copy(key, loop.around(), all);
      copy(key, numbers, all);
    }
    for (String key : IN_RULE) {
      if (!decays || !key.equals("weight_decay")) {
        copy(key, numbers, all);
      }
    }
    loop.around().forEach(all::putIfAbsent);
    return loop.withAround(all);
  }

  private static void copy(String key, Map<String, Config> from, Map<String, Config> into) {
    if (from.containsKey(key) && !(from.get(key) instanceof Config.Absent)) {
      into.putIfAbsent(key, from.get(key));
    }
  }
}
