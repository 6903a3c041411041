package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import java.util.LinkedHashMap;
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
      return of(inner.get());
    }
    Map<String, Config> options = new LinkedHashMap<>();
    if (config instanceof Config.Fields fields) {
      options.putAll(fields.values());
    }
    Optional<String> name = config.get("name").flatMap(Config::text);
    return Optional.of(new TrainingConfig(kind, name.orElse(SnakeCase.of(kind)), options));
  }
}
