package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.SnakeCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A layer or model as its configuration describes it, before its variables are known.
 *
 * @param module Python's, where the file names it; tells layers from operations in Keras 3
 * @param registered the full name of a class that is not Keras's own
 * @param parts layers of a model, a wrapper or a stack of cells
 */
record LayerConfig(
    String className,
    String name,
    String module,
    Optional<String> registered,
    Config config,
    List<Layer.Call> calls,
    List<Part> parts) {
  /** Where Keras has been at home. */
  private static final Set<String> OF_KERAS =
      Set.of("keras", "keras_core", "tf_keras", "tensorflow", "builtins");

  LayerConfig {
    calls = List.copyOf(calls);
    parts = List.copyOf(parts);
  }

  /**
   * @param attribute under which Keras keeps it, and Keras 3 stores it
   */
  record Part(String attribute, LayerConfig layer) {}

  static LayerConfig read(Config serialized) {
    String className = className(serialized);
    Config config =
        CallNumbers.fromZero(serialized.get("config").orElse(new Config.Fields(Map.of())));
    String name =
        serialized
            .get("name")
            .or(() -> config.get("name"))
            .flatMap(Config::text)
            .orElseGet(() -> SnakeCase.of(className));
    return new LayerConfig(
        className,
        name,
        serialized.get("module").flatMap(Config::text).orElse(""),
        registered(serialized),
        config,
        Calls.read(serialized.get("inbound_nodes")),
        parts(className, config));
  }

  /** Registered classes carry a package: {@code Custom>Scale}. */
  private static String className(Config serialized) {
    String full = serialized.get("class_name").flatMap(Config::text).orElse("");
    return full.substring(full.lastIndexOf('>') + 1);
  }

  /**
   * Keras names the package where a user registered the class, {@code Custom} where none was given;
   * of a class that nobody registered it is the module, null in a script ({@code
   * serialization_lib.py}).
   */
  private static Optional<String> registered(Config serialized) {
    String className = serialized.get("class_name").flatMap(Config::text).orElse("");
    Optional<String> saidName = serialized.get("registered_name").flatMap(Config::text);
    String name = saidName.orElse(className);
    String module =
        serialized
            .get("module")
            .flatMap(Config::text)
            .orElse(saidName.isPresent() ? "__main__" : "keras");
    if (name.contains(">")) {
      return isOfKeras(name.substring(0, name.indexOf('>'))) ? Optional.empty() : Optional.of(name);
    }
    return isOfKeras(module) || className.isEmpty()
        ? Optional.empty()
        : Optional.of(module + ">" + className);
  }

  private static boolean isOfKeras(String module) {
    return OF_KERAS.contains(module.split("\\.", -1)[0].toLowerCase(Locale.ROOT));
  }

  private static List<Part> parts(String className, Config config) {
    List<Part> parts = new ArrayList<>();
    // Keras wrote a Sequential's configuration as a bare list up to 2.2.2.
    Config layers = config instanceof Config.Items ? config : config.get("layers").orElse(config);
    addAll(parts, "layers", layers);
    if (className.equals("Bidirectional")) {
      config.get("layer").ifPresent(layer -> addBothDirections(parts, layer, config));
    } else {
      config.get("layer").ifPresent(layer -> add(parts, "layer", layer));
    }
    config.get("cell").ifPresent(cell -> add(parts, "cell", cell));
    config.get("cells").ifPresent(cells -> addAll(parts, "cells", cells));
    return parts;
  }

  private static void addAll(List<Part> parts, String attribute, Config layers) {
    if (layers instanceof Config.Items items) {
      items.values().forEach(layer -> add(parts, attribute, layer));
    }
  }

  private static void add(List<Part> parts, String attribute, Config layer) {
    if (layer.get("class_name").isPresent()) {
      parts.add(new Part(attribute, read(layer)));
    }
  }

  /** Keras up to 2.x gives one layer and runs a copy of it the other way round. */
  private static void addBothDirections(List<Part> parts, Config layer, Config config) {
    LayerConfig forward = read(layer);
    String base = forward.name.startsWith("forward_") ? forward.name.substring(8) : forward.name;
    parts.add(new Part("forward_layer", forward.renamed("forward_" + base)));
    LayerConfig backward =
        config
            .get("backward_layer")
            .map(LayerConfig::read)
            .orElseGet(() -> forward.renamed("backward_" + base).reversed());
    parts.add(new Part("backward_layer", backward));
  }

  private LayerConfig renamed(String other) {
    return new LayerConfig(className, other, module, registered, config, calls, parts);
  }

  private LayerConfig reversed() {
    if (!(config instanceof Config.Fields fields)) {
      return this;
    }
    Map<String, Config> values = new LinkedHashMap<>(fields.values());
    boolean goesBackwards = values.get("go_backwards") instanceof Config.Bool b && b.value();
    values.put("go_backwards", new Config.Bool(!goesBackwards));
    return new LayerConfig(
        className, name, module, registered, new Config.Fields(values), calls, parts);
  }

  boolean isTrainable() {
    return !(config.get("trainable").orElse(new Config.Bool(true)) instanceof Config.Bool b)
        || b.value();
  }

  boolean isSequential() {
    return className.equals("Sequential");
  }

  /** Keras puts no name of a functional model in front of those of its variables. */
  boolean isFunctional() {
    return className.equals("Functional") || className.equals("Model");
  }

  /** A functional model of Keras 3 lists bare operations among its layers. */
  boolean isOperation() {
    return module.startsWith("keras.src.ops") || module.startsWith("keras.ops");
  }
}
