package io.github.tf2torch.verify.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tf2torch.model.source.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Settings of an optimizer, as files have them. */
final class OptimizerNumbers {
  private OptimizerNumbers() {}

  static Config of(JsonNode value) {
    if (value.isArray()) {
      List<Config> items = new ArrayList<>();
      value.forEach(v -> items.add(of(v)));
      return new Config.Items(items);
    }
    if (value.isObject()) {
      Map<String, Config> fields = new LinkedHashMap<>();
      value.fields().forEachRemaining(e -> fields.put(e.getKey(), of(e.getValue())));
      return new Config.Fields(fields);
    }
    if (value.isIntegralNumber()) {
      return new Config.Whole(value.asLong());
    }
    return value.isBoolean()
        ? new Config.Bool(value.asBoolean())
        : value.isTextual()
            ? new Config.Text(value.asText())
            : value.isNumber() ? new Config.Real(value.asDouble()) : new Config.Absent();
  }

  /** Whether they are the same to Python: 1 is 1.0. */
  static boolean isSame(Config one, Config other) {
    if (one instanceof Config.Items a && other instanceof Config.Items b) {
      if (a.values().size() != b.values().size()) {
        return false;
      }
      for (int i = 0; i < a.values().size(); i++) {
        if (!isSame(a.values().get(i), b.values().get(i))) {
          return false;
        }
      }
      return true;
    }
    return plain(one).equals(plain(other));
  }

  private static Config plain(Config value) {
    return value instanceof Config.Whole whole ? new Config.Real(whole.value()) : value;
  }

  /** As Python says it, nearly. */
  static String text(Config value) {
    if (value instanceof Config.Real real) {
      return Double.toString(real.value());
    }
    if (value instanceof Config.Whole whole) {
      return Long.toString(whole.value());
    }
    if (value instanceof Config.Bool bool) {
      return bool.value() ? "True" : "False";
    }
    if (value instanceof Config.Items items) {
      return items.values().stream()
          .map(OptimizerNumbers::text)
          .collect(Collectors.joining(", ", "(", ")"));
    }
    return value instanceof Config.Absent ? "None" : value.text().orElse(value.toString());
  }
}
