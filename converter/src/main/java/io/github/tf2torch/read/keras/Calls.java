package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The uses of a layer in a functional model. Keras 1 and 2 write {@code [[["a", 0, 0, {kwargs}],
 * ...]]}, and {@code [["a", 0, 0, {kwargs}]]} for operations; Keras 3 writes {@code [{"args": ..,
 * "kwargs": ..}]} with tensors that carry their history.
 */
final class Calls {
  private static final String CONSTANT = "_CONSTANT_VALUE";

  private Calls() {}

  static List<Layer.Call> read(Optional<Config> inboundNodes) {
    List<Layer.Call> calls = new ArrayList<>();
    if (inboundNodes.orElse(new Config.Absent()) instanceof Config.Items nodes) {
      nodes.values().forEach(node -> calls.add(call(node)));
    }
    return calls;
  }

  private static Layer.Call call(Config node) {
    List<Layer.Tensor> inputs = new ArrayList<>();
    Config empty = new Config.Fields(Map.of());
    Optional<Config> args = node.get("args");
    if (args.isPresent()) {
      collect(args.get(), inputs, new LinkedHashMap<>());
      List<Config> positional =
          args.get() instanceof Config.Items items ? items.values() : List.of(args.get());
      return new Layer.Call(inputs, positional, node.get("kwargs").orElse(empty));
    }
    Map<String, Config> arguments = new LinkedHashMap<>();
    collect(node, inputs, arguments);
    return new Layer.Call(inputs, new Config.Fields(arguments));
  }

  /** All tensors that a configuration names, in order. */
  static List<Layer.Tensor> tensors(Optional<Config> config) {
    List<Layer.Tensor> tensors = new ArrayList<>();
    config.ifPresent(c -> collect(c, tensors, new LinkedHashMap<>()));
    return tensors;
  }

  private static void collect(
      Config config, List<Layer.Tensor> tensors, Map<String, Config> arguments) {
    Optional<Config> history = config.get("config").flatMap(c -> c.get("keras_history"));
    if (history.isPresent()) {
      collect(history.get(), tensors, arguments);
    } else if (config instanceof Config.Items items && isReference(items)) {
      add(items, tensors, arguments);
    } else if (config instanceof Config.Items items) {
      items.values().forEach(item -> collect(item, tensors, arguments));
    } else if (config instanceof Config.Fields fields) {
      fields.values().values().forEach(value -> collect(value, tensors, arguments));
    }
  }

  private static boolean isReference(Config.Items items) {
    return items.values().size() >= 3
        && items.values().get(0) instanceof Config.Text
        && items.values().get(1) instanceof Config.Whole
        && (items.values().get(2) instanceof Config.Whole || isConstant(items));
  }

  private static boolean isConstant(Config.Items items) {
    return items.values().get(0).equals(new Config.Text(CONSTANT));
  }

  private static void add(
      Config.Items items, List<Layer.Tensor> tensors, Map<String, Config> arguments) {
    if (isConstant(items)) {
      arguments.put(CONSTANT, items.values().get(2));
    } else if (items.values().get(1) instanceof Config.Whole call
        && items.values().get(2) instanceof Config.Whole output) {
      String layer = items.values().get(0).text().orElse("");
      tensors.add(new Layer.Tensor(layer, narrow(call), narrow(output)));
    }
    if (items.values().size() > 3 && items.values().get(3) instanceof Config.Fields keywords) {
      keywords.values().forEach(arguments::putIfAbsent);
    }
  }

  private static int narrow(Config.Whole number) {
    return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, number.value()));
  }
}
