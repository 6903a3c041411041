package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A layer's configuration by the names of its constructor's arguments. Where Keras has renamed one,
 * all names are asked for, the newest first.
 */
final class Settings {
  private final Config config;

  Settings(Config config) {
    this.config = config;
  }

  /** Present and not null. */
  Optional<Config> get(String... names) {
    for (String name : names) {
      Optional<Config> found = config.get(name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  boolean has(String... names) {
    return get(names).isPresent();
  }

  boolean flag(boolean otherwise, String... names) {
    return get(names).map(Settings::isTrue).orElse(otherwise);
  }

  private static boolean isTrue(Config value) {
    return value instanceof Config.Bool b ? b.value() : wholeOf(value) != 0;
  }

  String text(String otherwise, String... names) {
    return get(names).flatMap(Config::text).orElse(otherwise);
  }

  double number(double otherwise, String... names) {
    return get(names).map(Settings::numberOf).orElse(otherwise);
  }

  Optional<Double> number(String... names) {
    return get(names).map(Settings::numberOf);
  }

  long whole(long otherwise, String... names) {
    return get(names).map(Settings::wholeOf).orElse(otherwise);
  }

  /** {@code 3} stands for {@code (3, 3)}. */
  List<Long> wholes(int count, long otherwise, String... names) {
    List<Long> found = get(names).map(Settings::wholesOf).orElse(List.of(otherwise));
    return found.size() == 1 ? java.util.Collections.nCopies(count, found.get(0)) : found;
  }

  static double numberOf(Config value) {
    if (value instanceof Config.Real r) {
      return r.value();
    }
    if (value instanceof Config.Items i && i.values().size() == 1) {
      return numberOf(i.values().get(0));
    }
    // Keras 2 writes a number of numpy's as {"class_name": "numpy"/"__tuple__", ..., "value"}
    Optional<Config> wrapped =
        value.get("value").or(() -> value.get("config").flatMap(c -> c.get("value")));
    return wrapped.isPresent() ? numberOf(wrapped.get()) : wholeOf(value);
  }

  static long wholeOf(Config value) {
    if (value instanceof Config.Whole w) {
      return w.value();
    }
    if (value instanceof Config.Real r && r.value() == Math.rint(r.value())) {
      return (long) r.value();
    }
    if (value instanceof Config.Bool b) {
      return b.value() ? 1 : 0;
    }
    throw new MissingReference("a configuration with " + value + " where a number belongs");
  }

  /** Of a list, of a tuple as Keras marks one, or of a number alone. */
  static List<Long> wholesOf(Config value) {
    return itemsOf(value).stream().map(Settings::wholeOf).toList();
  }

  static List<Config> itemsOf(Config value) {
    if (value instanceof Config.Items items) {
      return items.values();
    }
    if (value.get("items").isPresent()) {
      return itemsOf(value.get("items").get());
    }
    return List.of(value);
  }

  /** All numbers of a list, however deep, in order. */
  static List<Double> flattened(Config value) {
    List<Double> all = new ArrayList<>();
    if (value instanceof Config.Items items) {
      items.values().forEach(v -> all.addAll(flattened(v)));
    } else {
      all.add(numberOf(value));
    }
    return all;
  }
}
