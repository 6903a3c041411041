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
 * {@code conv2_block1_1_conv} is {@code conv1} of {@code conv2_block1}, and {@code
 * separable_conv_1_normal_left1_0} is {@code separable_conv_1} of {@code normal_left1_0}. A family
 * of blocks has names that differ in numbers alone; of several ways to part the names, the one that
 * leaves least to write is taken.
 */
final class BlockNames {
  private static final int MOST_INPUTS = 2;
  private static final Pattern NUMBERED = Pattern.compile("(\\d+)_([A-Za-z]\\w*)");

  private final Layer model;
  private final Map<String, Set<String>> inputs = new LinkedHashMap<>();
  private final Map<String, List<String>> segments = new HashMap<>();

  private BlockNames(Layer model) {
    this.model = model;
    for (Layer layer : model.layers()) {
      Set<String> read = new HashSet<>();
      layer.calls().forEach(c -> c.inputs().forEach(t -> read.add(t.layer())));
      inputs.put(layer.name(), read);
    }
  }

  /** By the layer's name; the others are named after themselves. */
  static Map<String, List<String>> of(Layer model) {
    BlockNames names = new BlockNames(model);
    names.findBlocks();
    return Map.copyOf(names.segments);
  }

  /** A layer of a block, and what its name says without the block's. */
  private record Part(Layer layer, String rest) {}

  /** Blocks whose names differ in numbers alone, by their names. */
  private record Family(Map<String, List<Part>> blocks) {
    /** How many layers need not be written out when equal blocks are one class. */
    int saving() {
      Collection<List<String>> kinds = new HashSet<>();
      int all = 0;
      for (List<Part> block : blocks.values()) {
        kinds.add(block.stream().map(p -> p.rest() + ":" + p.layer().className()).toList());
        all += block.size();
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
      best.blocks().values().forEach(b -> left.removeAll(layers(b)));
    }
  }

  private List<Family> families(List<Layer> layers) {
    Map<String, Map<String, List<Part>>> found = new LinkedHashMap<>();
    for (Layer layer : layers) {
      String name = layer.name();
      for (int i = name.indexOf('_'); i > 0; i = name.indexOf('_', i + 1)) {
        String head = name.substring(0, i);
        String tail = name.substring(i + 1);
        if (head.matches(".*\\d[a-z]?") && !tail.isEmpty() && !inputs.containsKey(head)) {
          part(found, family(head), head, new Part(layer, tail));
        }
        if (tail.matches("[A-Za-z].*\\d") && !inputs.containsKey(tail)) {
          part(found, "_" + family(tail), tail, new Part(layer, head));
        }
      }
    }
    List<Family> families = new ArrayList<>();
    for (Map<String, List<Part>> blocks : found.values()) {
      blocks.values().removeIf(b -> b.size() < 2);
      if (blocks.size() > 1 && blocks.values().stream().allMatch(b -> isApart(layers(b)))) {
        families.add(new Family(blocks));
      }
    }
    return families;
  }

  private static void part(
      Map<String, Map<String, List<Part>>> found, String family, String block, Part part) {
    found
        .computeIfAbsent(family, f -> new LinkedHashMap<>())
        .computeIfAbsent(block, b -> new ArrayList<>())
        .add(part);
  }

  private static List<Layer> layers(List<Part> block) {
    return block.stream().map(Part::layer).toList();
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
    Set<String> answers = new HashSet<>();
    LayerNetwork.outputs(model).forEach(t -> answers.add(t.layer()));
    inputs.forEach((name, from) -> (own.contains(name) ? read : answers).addAll(from));
    read.removeAll(own);
    answers.retainAll(own);
    return answers.size() == 1 && read.size() <= MOST_INPUTS;
  }

  /** Layers without weights that stand in a block under names of Keras's own: {@code re_lu_2}. */
  private List<Layer> between(List<Layer> block) {
    Set<String> own = names(block);
    Set<String> leading = new HashSet<>();
    block.forEach(l -> leading.addAll(read(l)));
    List<Layer> backwards = new ArrayList<>(model.layers());
    Collections.reverse(backwards);
    for (Layer layer : backwards) {
      if (leading.contains(layer.name()) && isFree(layer, own)) {
        leading.addAll(read(layer));
      }
    }
    List<Layer> found = new ArrayList<>();
    for (Layer layer : model.layers()) {
      if (leading.contains(layer.name())
          && isFree(layer, own)
          && read(layer).stream().anyMatch(own::contains)) {
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

  private Set<String> read(Layer layer) {
    return inputs.getOrDefault(layer.name(), Set.of());
  }

  private static Set<String> names(List<Layer> layers) {
    return layers.stream().map(Layer::name).collect(Collectors.toCollection(HashSet::new));
  }

  private void name(Family family) {
    boolean isShort =
        family.blocks().values().stream()
            .allMatch(b -> b.stream().map(p -> part(p.rest())).distinct().count() == b.size());
    family
        .blocks()
        .forEach(
            (block, parts) -> {
              for (Part part : parts) {
                String rest = isShort ? part(part.rest()) : part.rest();
                segments.put(part.layer().name(), List.of(block, rest));
              }
              between(layers(parts))
                  .forEach(l -> segments.putIfAbsent(l.name(), List.of(block, l.name())));
            });
  }

  /** {@code conv1} of {@code 1_conv}: no name of Python's begins with a number. */
  private static String part(String rest) {
    Matcher numbered = NUMBERED.matcher(rest);
    return (numbered.matches() ? numbered.group(2) + numbered.group(1) : rest)
        .toLowerCase(Locale.ROOT);
  }
}
