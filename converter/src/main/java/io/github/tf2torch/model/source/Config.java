package io.github.tf2torch.model.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration as a file writes it: JSON's values, immutable, keys in the file's order. */
public sealed interface Config {
  /** JSON's null. */
  record Absent() implements Config {}

  record Bool(boolean value) implements Config {}

  /** A whole number that fits a long. */
  record Whole(long value) implements Config {}

  /** Any other number; NaN and the infinities too, which Python's JSON writes as such. */
  record Real(double value) implements Config {}

  record Text(String value) implements Config {}

  record Items(List<Config> values) implements Config {
    public Items {
      values = List.copyOf(values);
    }
  }

  record Fields(Map<String, Config> values) implements Config {
    public Fields {
      values = ordered(values);
    }
  }

  /** The value under {@code key}; empty where this has no fields, no such key, or null there. */
  default Optional<Config> get(String key) {
    return this instanceof Fields f
        ? Optional.ofNullable(f.values().get(key)).filter(v -> !(v instanceof Absent))
        : Optional.empty();
  }

  default Optional<String> text() {
    return this instanceof Text t ? Optional.of(t.value()) : Optional.empty();
  }

  static Map<String, Config> ordered(Map<String, Config> values) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
