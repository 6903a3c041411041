package io.github.tf2torch.model.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The optimizer as Keras's configuration of a compiled model describes it. What a
 * LossScaleOptimizer around it is told stands under {@link #LOSS_SCALE}.
 *
 * @param kind its class; Keras 2.11 registers it as {@code Custom>Adam}
 */
public record TrainingConfig(String kind, String name, Map<String, Config> hyperparameters) {
  public static final String LOSS_SCALE = "loss_scale";

  public TrainingConfig {
    hyperparameters = Config.ordered(hyperparameters);
  }

  /**
   * @param compiled {@code training_config} of a {@code .h5} or SavedModel, {@code compile_config}
   *     of a {@code .keras}
   */
  public static Optional<TrainingConfig> read(Config compiled) {
    return compiled
        .get("optimizer_config")
        .or(() -> compiled.get("optimizer"))
        .flatMap(TrainingConfig::of);
  }

  /** With what a LossScaleOptimizer around it is told, but for the optimizer inside. */
  private TrainingConfig scaled(Config around) {
    Map<String, Config> options = new LinkedHashMap<>(hyperparameters);
    Map<String, Config> scaling = new LinkedHashMap<>();
    if (around instanceof Config.Fields fields) {
      for (String key : List.of("initial_scale", "dynamic_growth_steps", "dynamic")) {
        fields.get(key).ifPresent(v -> scaling.put(key, v));
      }
    }
    options.put(LOSS_SCALE, new Config.Fields(scaling));
    return new TrainingConfig(kind, name, options);
  }

  private static Optional<TrainingConfig> of(Config optimizer) {
    if (optimizer.text().isPresent()) {
      return optimizer.text().map(kind -> new TrainingConfig(kind, SnakeCase.of(kind), Map.of()));
    }
    Optional<String> registered = optimizer.get("class_name").flatMap(Config::text);
    if (registered.isEmpty()) {
      return Optional.empty();
    }
    String kind = registered.get().substring(registered.get().lastIndexOf('>') + 1);
    Config config = optimizer.get("config").orElse(new Config.Absent());
    Optional<Config> inner = config.get("inner_optimizer").or(() -> config.get("optimizer"));
    if (kind.startsWith("LossScaleOptimizer") && inner.isPresent()) {
      return of(inner.get()).map(i -> i.scaled(config));
    }
    Map<String, Config> options = new LinkedHashMap<>();
    if (config instanceof Config.Fields fields) {
      options.putAll(fields.values());
    }
    Optional<String> name = config.get("name").flatMap(Config::text);
    return Optional.of(new TrainingConfig(kind, name.orElse(SnakeCase.of(kind)), options));
  }
}
