package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.problem.DamagedFile;
import io.github.tf2torch.problem.Problem;
import io.github.tf2torch.read.keras.hdf5.Attribute;
import io.github.tf2torch.read.keras.hdf5.Dataset;
import io.github.tf2torch.read.keras.hdf5.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights in the layout of {@code .h5} files: a group a layer, which names its arrays in {@code
 * weight_names} ({@code legacy_h5_format.py}); before Keras 1, {@code layer_0/param_0}.
 */
final class LegacyWeights {
  private static final String TOP_LEVEL = "top_level_model_weights";

  private final Inventory inventory;

  /** Names of variables by the group of their layer, in the order of the file. */
  private final Map<String, List<String>> byLayer = new LinkedHashMap<>();

  LegacyWeights(Inventory inventory) {
    this.inventory = inventory;
  }

  static boolean recognises(Group group) throws IOException {
    return group.attributes().containsKey("layer_names")
        || group.attributes().containsKey("layer_names0")
        || group.attributes().containsKey("nb_layers");
  }

  void read(Group group) throws IOException {
    Optional<Long> count =
        Optional.ofNullable(group.attributes().get("nb_layers")).flatMap(Attribute::whole);
    if (count.isPresent() && !group.attributes().containsKey("layer_names")) {
      for (long i = 0; i < count.get() && group.names().contains("layer_" + i); i++) {
        addLayer(group, "layer_" + i);
      }
      return;
    }
    for (String name : texts(group, "layer_names")) {
      addLayer(group, name);
    }
    if (group.names().contains(TOP_LEVEL)) {
      addLayer(group, TOP_LEVEL);
    }
  }

  /** An attribute's texts; one over 64 KB is split into {@code name0}, {@code name1}, .... */
  static List<String> texts(Group group, String name) throws IOException {
    Attribute whole = group.attributes().get(name);
    if (whole != null) {
      return whole.texts();
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; group.attributes().containsKey(name + i); i++) {
      all.addAll(group.attributes().get(name + i).texts());
    }
    return all;
  }

  private void addLayer(Group model, String layer) throws IOException {
    try {
      Optional<Group> group = model.group(layer);
      if (group.isEmpty()) {
        inventory.problem("layer \"" + layer + "\" is listed, but the file has no such group");
        return;
      }
      List<String> names = new ArrayList<>();
      for (String weight : weightNames(group.get())) {
        add(group.get(), layer, weight).ifPresent(names::add);
      }
      byLayer.put(layer, names);
    } catch (Problem e) {
      inventory.problem("layer \"" + layer + "\" is left out: " + e.getMessage());
    }
  }

  private static List<String> weightNames(Group group) throws IOException {
    Optional<Long> count =
        Optional.ofNullable(group.attributes().get("nb_params")).flatMap(Attribute::whole);
    if (count.isEmpty()) {
      return texts(group, "weight_names");
    }
    List<String> names = new ArrayList<>();
    for (long i = 0; i < count.get() && group.names().contains("param_" + i); i++) {
      names.add("param_" + i);
    }
    return names;
  }

  private Optional<String> add(Group group, String layer, String weight) throws IOException {
    String plain = withoutOutput(weight);
    boolean isNumbered = weight.startsWith("param_") && !weight.contains("/");
    String name = isNumbered ? layer + "/" + weight : plain;
    String unique = inventory.contains(name) ? layer + "/" + plain : name;
    Role role = WeightNames.isTrained(name) ? Role.WEIGHT : Role.STATISTIC;
    return inventory.add(
        unique,
        group.path().isEmpty() ? weight : group.path() + "/" + weight,
        role,
        () -> dataset(group, weight));
  }

  static Dataset dataset(Group group, String name) throws IOException {
    Optional<Dataset> found = group.dataset(name);
    if (found.isEmpty()) {
      // Some backends name variables with a leading slash.
      found = name.startsWith("/") ? group.dataset(name.substring(1)) : found;
    }
    return found.orElseThrow(
        () ->
            new DamagedFile(
                "\"" + name + "\" is listed in group \"" + group.path() + "\", but is not there"));
  }

  /** {@code dense/kernel:0} without the output of the op that made it. */
  static String withoutOutput(String name) {
    return name.replaceFirst(":\\d+$", "");
  }

  /** All in the order of the file, of layers that no configuration describes. */
  List<String> trained() {
    return byLayer.values().stream().flatMap(List::stream).filter(WeightNames::isTrained).toList();
  }

  /** Trained ones in Keras's order, frozen layers left out. */
  static List<String> trained(Layer model) {
    Set<String> names = new LinkedHashSet<>();
    collect(model, names);
    return List.copyOf(names);
  }

  private static void collect(Layer layer, Set<String> names) {
    boolean isFrozen =
        layer
            .config()
            .get("trainable")
            .equals(Optional.of(new io.github.tf2torch.model.source.Config.Bool(false)));
    if (!isFrozen) {
      layer.weights().stream().filter(WeightNames::isTrained).forEach(names::add);
      layer.layers().forEach(part -> collect(part, names));
    }
  }

  /** The model with its variables. */
  Layer attach(LayerConfig model) {
    List<Layer> layers = new ArrayList<>();
    for (LayerConfig.Part part : model.parts()) {
      List<String> weights = byLayer.getOrDefault(part.layer().name(), List.of());
      layers.add(layer(part.layer(), weights));
    }
    return new Layer(
        model.className(),
        model.name(),
        model.config(),
        model.calls(),
        byLayer.getOrDefault(TOP_LEVEL, List.of()),
        layers,
        model.registered());
  }

  /** Gives each part the variables with its name in their path, and the layer the others. */
  private static Layer layer(LayerConfig config, List<String> weights) {
    Set<String> rest = new LinkedHashSet<>(weights);
    List<Layer> parts = new ArrayList<>();
    for (LayerConfig.Part part : config.parts()) {
      LayerConfig child = part.layer();
      boolean isOnly = config.parts().size() == 1 && !part.attribute().equals("layers");
      List<String> own = isOnly ? List.copyOf(rest) : named(child, rest);
      own.forEach(rest::remove);
      parts.add(layer(child, own));
    }
    return new Layer(
        config.className(),
        config.name(),
        config.config(),
        config.calls(),
        List.copyOf(rest),
        parts,
        config.registered());
  }

  private static List<String> named(LayerConfig layer, Set<String> weights) {
    Set<String> names = new LinkedHashSet<>();
    names.add(layer.name());
    leaves(layer, names);
    return weights.stream().filter(weight -> isIn(weight, names)).toList();
  }

  private static void leaves(LayerConfig layer, Set<String> names) {
    for (LayerConfig.Part part : layer.parts()) {
      names.add(part.layer().name());
      leaves(part.layer(), names);
    }
  }

  /** {@code conv1/kernel} and, by Keras 1, {@code conv1_W} are of {@code conv1}. */
  private static boolean isIn(String weight, Set<String> layers) {
    String[] segments = weight.split("/", -1);
    if (segments.length == 1) {
      return layers.stream().anyMatch(layer -> isNamedAfter(weight, layer));
    }
    return Arrays.stream(segments, 0, segments.length - 1).anyMatch(layers::contains);
  }

  /** {@code conv_1_W} is of {@code conv_1} and not of {@code conv}. */
  private static boolean isNamedAfter(String weight, String layer) {
    return weight.startsWith(layer + "_")
        && !weight.substring(layer.length() + 1).matches("\\d+_.*");
  }
}
