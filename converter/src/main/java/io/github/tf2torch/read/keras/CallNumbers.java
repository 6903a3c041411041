package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Counts every layer's calls from 0. Keras up to 2 joins a model inside of another one to that by
 * {@code ["encoder", 1, 0]} already at its first call, since a model that has inputs of its own was
 * called once when it was made ({@code node_conversion_map} of {@code engine/topology.py} and
 * {@code network.py}, {@code _should_skip_first_node} of {@code engine/functional.py}); a
 * Sequential that was given no input was not. Each call that a file lists is one that another layer
 * or an output takes, so that the highest number tells.
 */
final class CallNumbers {
  private CallNumbers() {}

  /** A model's configuration with the numbers of calls corrected; any other as it is. */
  static Config fromZero(Config model) {
    Optional<Config> outputs = model.get("output_layers");
    if (outputs.isEmpty()
        || !(model instanceof Config.Fields fields)
        || !(fields.values().get("layers") instanceof Config.Items layers)) {
      return model;
    }
    Map<String, Long> highest = new HashMap<>();
    layers.values().forEach(l -> l.get("inbound_nodes").ifPresent(n -> count(n, highest)));
    count(outputs.get(), highest);
    Set<String> ahead =
        layers.values().stream()
            .filter(CallNumbers::isModelOfOldKeras)
            .filter(l -> highest.getOrDefault(name(l), 0L) == calls(l).values().size())
            .map(CallNumbers::name)
            .collect(Collectors.toSet());
    if (ahead.isEmpty()) {
      return model;
    }
    Map<String, Config> corrected = new LinkedHashMap<>(fields.values());
    corrected.put(
        "layers",
        new Config.Items(
            layers.values().stream().map(l -> with(l, "inbound_nodes", ahead)).toList()));
    return with(new Config.Fields(corrected), "output_layers", ahead);
  }

  private static String name(Config layer) {
    return layer
        .get("name")
        .or(() -> layer.get("config").flatMap(c -> c.get("name")))
        .flatMap(Config::text)
        .orElse("");
  }

  private static Config.Items calls(Config layer) {
    return layer.get("inbound_nodes").orElse(new Config.Absent()) instanceof Config.Items calls
        ? calls
        : new Config.Items(List.of());
  }

  /** Keras 3 lists calls as {@code {"args": ..}}, and counts them from 0. */
  private static boolean isModelOfOldKeras(Config layer) {
    Config own = layer.get("config").orElse(new Config.Absent());
    boolean isModel = own instanceof Config.Items || own.get("layers").isPresent();
    List<Config> calls = calls(layer).values();
    return isModel && !calls.isEmpty() && calls.stream().allMatch(c -> c instanceof Config.Items);
  }

  private static void count(Config config, Map<String, Long> highest) {
    if (config instanceof Config.Items items) {
      if (isTensor(items) && items.values().get(1) instanceof Config.Whole call) {
        highest.merge(items.values().get(0).text().orElse(""), call.value(), Math::max);
      }
      items.values().forEach(item -> count(item, highest));
    } else if (config instanceof Config.Fields fields) {
      fields.values().values().forEach(value -> count(value, highest));
    }
  }

  private static boolean isTensor(Config.Items items) {
    List<Config> values = items.values();
    return values.size() >= 3
        && values.get(0) instanceof Config.Text
        && values.get(1) instanceof Config.Whole
        && values.get(2) instanceof Config.Whole;
  }

  private static Config with(Config holder, String key, Set<String> ahead) {
    if (!(holder instanceof Config.Fields fields) || holder.get(key).isEmpty()) {
      return holder;
    }
    Map<String, Config> values = new LinkedHashMap<>(fields.values());
    values.computeIfPresent(key, (k, value) -> earlier(value, ahead));
    return new Config.Fields(values);
  }

  /** The same with one call less of those layers, in arguments too. */
  private static Config earlier(Config config, Set<String> ahead) {
    if (config instanceof Config.Items items) {
      List<Config> values = items.values().stream().map(c -> earlier(c, ahead)).toList();
      boolean isAhead = isTensor(items) && ahead.contains(items.values().get(0).text().orElse(""));
      if (isAhead && items.values().get(1) instanceof Config.Whole call) {
        values = new ArrayList<>(values);
        values.set(1, new Config.Whole(call.value() - 1));
      }
      return new Config.Items(values);
    }
    if (config instanceof Config.Fields fields) {
      Map<String, Config> values = new LinkedHashMap<>();
      fields.values().forEach((key, value) -> values.put(key, earlier(value, ahead)));
      return new Config.Fields(values);
    }
    return config;
  }
}
