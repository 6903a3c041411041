package io.github.tf2torch.read.keras;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.SnakeCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what Keras 3's numbered arrays are: by the layers' configuration where there is one, else
 * by the names of groups, which are made of class names.
 */
final class StoreWeights {
  private static final String DEPENDENCIES = "_layer_checkpoint_dependencies";

  private final Inventory inventory;
  private final Set<StoreNode> used = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Names of trained variables in Keras's order. */
  private final Set<String> trained = new LinkedHashSet<>();

  StoreWeights(Inventory inventory) {
    this.inventory = inventory;
  }

  List<String> trained() {
    return List.copyOf(trained);
  }

  /** The model with its variables; what the configuration does not explain follows by itself. */
  Layer attach(LayerConfig model, StoreNode root) throws IOException {
    String prefix = model.isFunctional() ? "" : model.name() + "/";
    return layer(model, Optional.of(root), prefix, true);
  }

  /** Variables without a configuration, or beside it. */
  void addRest(StoreNode node, String prefix) throws IOException {
    if (used.contains(node)) {
      return;
    }
    if (!node.arrays().isEmpty()) {
      addPart(node, prefix, node.kind(), true);
      return;
    }
    for (StoreNode child : inOrderOfKeras(node)) {
      boolean isBare = child.isContainer() || child.path().isEmpty();
      addRest(child, isBare ? prefix : prefix + nameOf(child) + "/");
    }
  }

  /** What Keras 2 counts of a compiled model's loss and metrics; Keras 3 does not save it. */
  void addMetrics(StoreNode node) throws IOException {
    for (StoreNode.Array array : node.arrays()) {
      inventory.add(array.key().replace("/vars/", "/"), array.key(), Role.OTHER, array.opening());
    }
    for (StoreNode child : node.childrenAsWritten()) {
      addMetrics(child);
    }
  }

  private static String nameOf(StoreNode node) {
    return node.savedName().orElse(node.lastName());
  }

  private Layer layer(
      LayerConfig config, Optional<StoreNode> node, String prefix, boolean isTrained)
      throws IOException {
    boolean trains = isTrained && config.isTrainable();
    node.ifPresent(used::add);
    List<String> weights = new ArrayList<>();
    if (node.isPresent()) {
      String kind = SnakeCase.of(config.className());
      int count = node.get().arrays().size();
      Optional<List<String>> names = WeightNames.of(kind, Optional.of(config.config()), count);
      weights.addAll(addArrays(node.get(), prefix, names, trains));
    }
    Map<LayerConfig, StoreNode> places = node.map(n -> places(config, n)).orElse(Map.of());
    List<Layer> parts = new ArrayList<>();
    for (LayerConfig.Part part : config.parts()) {
      LayerConfig child = part.layer();
      Optional<StoreNode> place = Optional.ofNullable(places.get(child));
      String name = place.flatMap(StoreNode::savedName).orElse(child.name());
      String own = child.isFunctional() ? prefix : prefix + name + "/";
      parts.add(layer(child, place, own, trains));
    }
    if (node.isPresent() && !node.get().path().isEmpty()) {
      for (StoreNode rest : inOrderOfKeras(node.get())) {
        if (!used.contains(rest)) {
          weights.addAll(addInner(rest, prefix, config, trains));
        }
      }
    }
    return new Layer(
        config.className(),
        config.name(),
        config.config(),
        config.calls(),
        weights,
        parts,
        config.registered());
  }

  private List<String> addArrays(
      StoreNode node, String prefix, Optional<List<String>> names, boolean trains)
      throws IOException {
    List<String> added = new ArrayList<>();
    for (int i = 0; i < node.arrays().size(); i++) {
      StoreNode.Array array = node.arrays().get(i);
      String number = array.key().substring(array.key().lastIndexOf('/') + 1);
      String last = names.isPresent() ? names.get().get(i) : number;
      boolean isTrained = WeightNames.isTrained(last);
      Role role =
          isTrained
              ? Role.WEIGHT
              : last.equals("seed_generator_state") ? Role.OTHER : Role.STATISTIC;
      Optional<String> name = inventory.add(prefix + last, array.key(), role, array.opening());
      name.ifPresent(added::add);
      if (isTrained && trains) {
        name.ifPresent(trained::add);
      }
    }
    return added;
  }

  /** A part that the configuration doesn't describe: the cell of an LSTM, a seed generator. */
  private List<String> addInner(StoreNode node, String prefix, LayerConfig parent, boolean trains)
      throws IOException {
    String kind = node.kind();
    String name = nameOf(node);
    if (node.lastName().equals("cell") && node.savedName().isEmpty()) {
      name = SnakeCase.of(parent.className()) + "_cell";
    }
    if (node.lastName().equals("cell")) {
      kind =
          SnakeCase.of(parent.className()).replaceFirst("conv_lstm[123]d", "conv_lstm") + "_cell";
    }
    return addPart(node, node.isContainer() ? prefix : prefix + name + "/", kind, trains);
  }

  private List<String> addPart(StoreNode node, String prefix, String kind, boolean trains)
      throws IOException {
    used.add(node);
    int count = node.arrays().size();
    String saved = SnakeCase.withoutNumber(node.savedName().orElse(""));
    Optional<List<String>> names =
        WeightNames.of(kind, Optional.empty(), count)
            .or(() -> WeightNames.of(saved, Optional.empty(), count));
    List<String> added = new ArrayList<>(addArrays(node, prefix, names, trains));
    for (StoreNode child : inOrderOfKeras(node)) {
      if (!used.contains(child)) {
        String below = child.isContainer() ? prefix : prefix + nameOf(child) + "/";
        added.addAll(addPart(child, below, child.kind(), trains));
      }
    }
    return added;
  }

  /** These are built in this order, and stored by name. */
  private static final List<String> BUILT_IN_ORDER =
      List.of(
          "query_dense",
          "key_dense",
          "gate_dense",
          "value_dense",
          "output_dense",
          "forward_layer",
          "backward_layer");

  /** Keras stores {@code _query_dense} by that name where no property has the shorter one. */
  private static int place(StoreNode node) {
    return BUILT_IN_ORDER.indexOf(node.lastName().replaceFirst("^_", ""));
  }

  private static List<StoreNode> inOrderOfKeras(StoreNode node) {
    return node.childrenAsWritten().stream()
        .sorted(Comparator.comparingInt(StoreWeights::place))
        .toList();
  }

  /** Where the parts of a layer lie. */
  private static Map<LayerConfig, StoreNode> places(LayerConfig config, StoreNode node) {
    StoreNode dependencies = node.children().get(DEPENDENCIES);
    if (dependencies != null) {
      Map<LayerConfig, StoreNode> places = places(config, node, true);
      boolean isWhole =
          dependencies.children().values().stream()
              .allMatch(child -> !child.hasArrays() || places.containsValue(child));
      if (isWhole) {
        return places;
      }
    }
    return places(config, node, false);
  }

  /**
   * @param isCountedTwice whether layers with variables were: Keras 2.12 and 2.13 save a functional
   *     model's {@code _layer_checkpoint_dependencies}, which name them {@code
   *     layer_with_weights-0} and {@code layer-1}, and give the second name a number in vain
   */
  private static Map<LayerConfig, StoreNode> places(
      LayerConfig config, StoreNode node, boolean isCountedTwice) {
    Map<LayerConfig, StoreNode> places = new IdentityHashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (LayerConfig.Part part : config.parts()) {
      LayerConfig layer = part.layer();
      boolean isInContainer = part.attribute().equals("layers") || part.attribute().equals("cells");
      if (!isInContainer) {
        Optional.ofNullable(node.children().get(part.attribute()))
            .ifPresent(found -> places.put(layer, found));
      } else if (!isSkipped(config, layer)) {
        String kind = SnakeCase.of(layer.className());
        String unique = unique(kind, counts);
        Optional<StoreNode> found =
            container(node, part.attribute())
                .flatMap(container -> place(container, layer.name(), unique));
        found.ifPresent(place -> places.put(layer, place));
        if (isCountedTwice && found.filter(StoreNode::hasArrays).isPresent()) {
          unique(kind, counts);
        }
      }
    }
    return places;
  }

  private static boolean isSkipped(LayerConfig parent, LayerConfig layer) {
    return layer.isOperation() || parent.isSequential() && layer.className().equals("InputLayer");
  }

  private static Optional<StoreNode> container(StoreNode node, String attribute) {
    StoreNode found = node.children().get(attribute);
    return Optional.ofNullable(found != null ? found : node.children().get(DEPENDENCIES));
  }

  /** By its saved name if the file has those, else by class and number. */
  private static Optional<StoreNode> place(StoreNode container, String name, String unique) {
    StoreNode byClass = container.children().get(unique);
    if (byClass != null && byClass.savedName().map(name::equals).orElse(true)) {
      return Optional.of(byClass);
    }
    return container.children().values().stream()
        .filter(child -> child.savedName().equals(Optional.of(name)))
        .findFirst();
  }

  /** {@code _get_unique_name} of {@code saving_lib.py}. */
  private static String unique(String name, Map<String, Integer> counts) {
    int count = counts.merge(name, 1, Integer::sum) - 1;
    return count == 0 ? name : name + "_" + count;
  }
}
