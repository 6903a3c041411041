package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.SnakeCase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The optimizer as a file's training configuration describes it. */
record TrainingConfig(String kind, String name, Map<String, Config> hyperparameters) {
  /**
   * @param compiled {@code training_config} of a {@code .h5}, {@code compile_config} of a {@code
   *     .keras}
   */
  static Optional<TrainingConfig> read(Config compiled) {
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
    options.put("loss_scale", new Config.Fields(scaling));
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
