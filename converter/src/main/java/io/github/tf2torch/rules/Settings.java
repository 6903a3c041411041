package io.github.tf2torch.rules;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.problem.UnsupportedOperation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A configuration, asked by the names of a constructor's arguments. Where Keras has renamed one all
 * its names are given, the newest first.
 */
public final class Settings {
  private final Config config;

  public Settings(Config config) {
    this.config = config;
  }

  /** What has a value that is not null. */
  public Set<String> names() {
    Set<String> all = new TreeSet<>();
    if (config instanceof Config.Fields fields) {
      fields.values().forEach((name, value) -> get(name).ifPresent(v -> all.add(name)));
    }
    return all;
  }

  /** The value under the first of the names that is there and not null. */
  public Optional<Config> get(String... names) {
    for (String name : names) {
      Optional<Config> found = config.get(name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  public boolean has(String... names) {
    return get(names).isPresent();
  }

  public boolean flag(boolean otherwise, String... names) {
    return get(names).map(Settings::isTrue).orElse(otherwise);
  }

  private static boolean isTrue(Config value) {
    return value instanceof Config.Bool b ? b.value() : whole(value) != 0;
  }

  public String text(String otherwise, String... names) {
    return get(names).flatMap(Config::text).orElse(otherwise);
  }

  /** A number as TensorFlow holds it, which is float32 whatever it was in Python. */
  public float number(float otherwise, String... names) {
    return get(names).map(v -> (float) real(v)).orElse(otherwise);
  }

  public long whole(long otherwise, String... names) {
    return get(names).map(Settings::whole).orElse(otherwise);
  }

  /** One number for each of {@code count} axes; {@code 3} stands for {@code (3, 3)}. */
  public List<Long> wholes(int count, long otherwise, String... names) {
    List<Long> found = get(names).map(Settings::wholes).orElse(List.of(otherwise));
    List<Long> all = found.size() == 1 ? Collections.nCopies(count, found.get(0)) : found;
    if (all.size() != count) {
      throw new UnsupportedOperation(
          names[0] + " has " + all.size() + " numbers where " + count + " belong");
    }
    return all;
  }

  /** The elements of a list, of a tuple as Keras marks one, or the value alone. */
  public static List<Config> items(Config value) {
    if (value instanceof Config.Items items) {
      return items.values();
    }
    return value.get("items").map(Settings::items).orElse(List.of(value));
  }

  public static List<Long> wholes(Config value) {
    return items(value).stream().map(Settings::whole).toList();
  }

  /** A whole number, however it is wrapped. */
  public static long whole(Config value) {
    double number = real(value);
    if (number != Math.rint(number)) {
      throw new UnsupportedOperation("the configuration has " + number + " for a whole number");
    }
    return value instanceof Config.Whole w ? w.value() : (long) number;
  }

  /**
   * A number. Keras 2 writes one of numpy's as {@code {"class_name": ..., "value": 3}}, and lists
   * of one for one.
   */
  public static double real(Config value) {
    if (value instanceof Config.Whole w) {
      return w.value();
    }
    if (value instanceof Config.Real r) {
      return r.value();
    }
    if (value instanceof Config.Bool b) {
      return b.value() ? 1 : 0;
    }
    if (value instanceof Config.Items i && i.values().size() == 1) {
      return real(i.values().get(0));
    }
    Optional<Config> wrapped =
        value.get("value").or(() -> value.get("config").flatMap(c -> c.get("value")));
    if (wrapped.isEmpty()) {
      throw new UnsupportedOperation("the configuration has " + value + " for a number");
    }
    return real(wrapped.get());
  }
}
