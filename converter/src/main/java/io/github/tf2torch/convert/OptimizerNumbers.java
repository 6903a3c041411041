package io.github.tf2torch.convert;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What an optimizer's {@code param_groups} say of its steps, of what they have multiplied up to,
 * and of its rate: TensorFlow has variables of these.
 *
 * @param told the optimizer of {@code conversion.json}
 */
record OptimizerNumbers(List<Map<String, Config>> groups, JsonNode told) {
  private static final String STEP = "step";
  private static final String RATE = "lr";

  /** The setting of a group, by the last part of the variable's name; both of the optimizers. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "_?iter(ations?)?|global_step", STEP,
          "beta1_power", "beta1_power",
          "beta2_power", "beta2_power",
          "u_product|momentum_cache|m_schedule", "product",
          "_?learning_rate|lr", RATE);

  /**
   * The value that a variable has now; empty where it can't be told.
   *
   * @param kept the value that it had in the source
   */
  OptionalDouble now(String variable, double kept) {
    String name = variable.substring(variable.lastIndexOf('/') + 1).replaceFirst("_\\d+$", "");
    return SETTINGS.entrySet().stream()
        .filter(e -> name.matches(e.getKey()) && means(e.getValue(), kept))
        .map(e -> agreed(e.getValue()))
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /** TensorFlow counts batches, PyTorch steps; and a variable may be the rate of something else. */
  private boolean means(String setting, double kept) {
    return switch (setting) {
      case STEP -> !told.path("step").path("options").has("gradient_accumulation_steps");
      case RATE -> told.path("arguments").path(RATE).asDouble() == kept;
      default -> true;
    };
  }

  private OptionalDouble agreed(String setting) {
    List<Double> values = new ArrayList<>();
    for (Map<String, Config> group : groups) {
      Config value = group.get(setting);
      if (value instanceof Config.Real real) {
        values.add(real.value());
      } else if (value instanceof Config.Whole whole) {
        values.add((double) whole.value());
      } else {
        return OptionalDouble.empty();
      }
    }
    boolean isOne = values.stream().distinct().count() == 1;
    return isOne ? OptionalDouble.of(values.get(0)) : OptionalDouble.empty();
  }
}
