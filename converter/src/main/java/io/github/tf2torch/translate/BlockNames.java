package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What modules are named after where the names of a model's layers say that it is made of blocks:
 * {@code conv2_block1_1_conv} is {@code conv1} of {@code conv2_block1}. A family of blocks has
 * names that differ in numbers alone; of several ways to part the names, the one that leaves least
 * to write is taken.
 */
final class BlockNames {
  private static final int MOST_INPUTS = 2;
  private static final Pattern NUMBERED = Pattern.compile("(\\d+)_([A-Za-z]\\w*)");

  private final Layer model;
  private final Map<String, List<String>> segments = new HashMap<>();

  private BlockNames(Layer model) {
    this.model = model;
  }

  /** By the layer's name; the others are named after themselves. */
  static Map<String, List<String>> of(Layer model) {
    BlockNames names = new BlockNames(model);
    names.findBlocks();
    return Map.copyOf(names.segments);
  }

  /** Blocks whose names differ in numbers alone, by their names. */
  private record Family(Map<String, List<Layer>> blocks) {
    /** How many layers need not be written out when equal blocks are one class. */
    int saving() {
      Collection<List<String>> kinds = new HashSet<>();
      int all = 0;
      for (Map.Entry<String, List<Layer>> block : blocks.entrySet()) {
        kinds.add(
            block.getValue().stream()
                .map(l -> rest(l, block.getKey()) + ":" + l.className())
                .toList());
        all += block.getValue().size();
      }
      return all - kinds.stream().mapToInt(List::size).sum() - blocks.size();
    }
  }

  private void findBlocks() {
    List<Layer> left =
        new ArrayList<>(
            model.layers().stream()
                .filter(l -> !l.className().equals("InputLayer") && !l.name().contains("/"))
                .toList());
    while (true) {
      Family best =
          families(left).stream()
              .filter(f -> f.saving() > 0)
              .max(Comparator.comparingInt(Family::saving))
              .orElse(new Family(Map.of()));
      if (best.blocks().isEmpty()) {
        return;
      }
      name(best);
      best.blocks().values().forEach(left::removeAll);
    }
  }

  private List<Family> families(List<Layer> layers) {
    Map<String, Map<String, List<Layer>>> found = new LinkedHashMap<>();
    Set<String> taken = model.layers().stream().map(Layer::name).collect(Collectors.toSet());
    for (Layer layer : layers) {
      String name = layer.name();
      for (int i = name.indexOf('_'); i > 0; i = name.indexOf('_', i + 1)) {
        String block = name.substring(0, i);
        if (block.matches(".*\\d[a-z]?") && i + 1 < name.length() && !taken.contains(block)) {
          found
              .computeIfAbsent(family(block), f -> new LinkedHashMap<>())
              .computeIfAbsent(block, b -> new ArrayList<>())
              .add(layer);
        }
      }
    }
    List<Family> families = new ArrayList<>();
    for (Map<String, List<Layer>> blocks : found.values()) {
      blocks.values().removeIf(b -> b.size() < 2);
      if (blocks.size() > 1 && blocks.values().stream().allMatch(this::isApart)) {
        families.add(new Family(blocks));
      }
    }
    return families;
  }

  private static String family(String block) {
    return block.replaceFirst("(?<=\\d)[a-z]$", "@").replaceAll("\\d+", "#");
  }

  /** Whether few values go into the block and one comes out. */
  private boolean isApart(List<Layer> block) {
    if (block.stream().anyMatch(l -> l.calls().size() > 1)) {
      return false;
    }
    Set<String> own = names(block);
    own.addAll(names(between(block)));
    Set<String> read = new HashSet<>();
    Set<String> answers = LayerNetwork.outputs(model).stream()
            .map(t -> t.layer())
            .collect(Collectors.toCollection(HashSet::new));
    for (Layer layer : model.layers()) {
      (own.contains(layer.name()) ? read : answers).addAll(inputs(layer));
    }
    read.removeAll(own);
    answers.retainAll(own);
    return answers.size() == 1 && read.size() <= MOST_INPUTS;
  }

  /** Layers without weights that stand in a block under names of Keras's own: {@code re_lu_2}. */
  private List<Layer> between(List<Layer> block) {
    Set<String> own = names(block);
    Set<String> leading = new HashSet<>();
    block.forEach(l -> leading.addAll(inputs(l)));
    List<Layer> backwards = new ArrayList<>(model.layers());
    Collections.reverse(backwards);
    for (Layer layer : backwards) {
      if (leading.contains(layer.name()) && isFree(layer, own)) {
        leading.addAll(inputs(layer));
      }
    }
    List<Layer> found = new ArrayList<>();
    for (Layer layer : model.layers()) {
      if (leading.contains(layer.name())
          && isFree(layer, own)
          && inputs(layer).stream().anyMatch(own::contains)) {
        found.add(layer);
        own.add(layer.name());
      }
    }
    return found;
  }

  private static boolean isFree(Layer layer, Set<String> own) {
    return layer.weights().isEmpty()
        && layer.layers().isEmpty()
        && layer.calls().size() == 1
        && !own.contains(layer.name());
  }

  private static Set<String> inputs(Layer layer) {
    return layer.calls().stream()
        .flatMap(c -> c.inputs().stream())
        .map(t -> t.layer())
        .collect(Collectors.toSet());
  }

  private static Set<String> names(List<Layer> layers) {
    return layers.stream().map(Layer::name).collect(Collectors.toCollection(HashSet::new));
  }

  private void name(Family family) {
    boolean isShort =
        family.blocks().entrySet().stream()
            .allMatch(
                b ->
                    b.getValue().stream().map(l -> part(rest(l, b.getKey()))).distinct().count()
                        == b.getValue().size());
    family
        .blocks()
        .forEach(
            (block, layers) ->
                layers.forEach(
                    l -> {
                      String rest = rest(l, block);
                      segments.put(l.name(), List.of(block, isShort ? part(rest) : rest));
                    }));
    family
        .blocks()
        .forEach(
            (block, layers) ->
                between(layers)
                    .forEach(l -> segments.putIfAbsent(l.name(), List.of(block, l.name()))));
  }

  private static String rest(Layer layer, String block) {
    return layer.name().substring(block.length() + 1);
  }

  /** {@code conv1} of {@code 1_conv}: no name of Python's begins with a number. */
  private static String part(String rest) {
    Matcher numbered = NUMBERED.matcher(rest);
    return (numbered.matches() ? numbered.group(2) + numbered.group(1) : rest)
        .toLowerCase(Locale.ROOT);
  }
}
