package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What modules are named after where the names of a model's layers say that it is made of blocks:
 * {@code conv2_block1_1_conv} is {@code conv1} of {@code conv2_block1}, and {@code
 * separable_conv_1_normal_left1_0} is {@code separable_conv_1} of {@code normal_left1_0}. A family
 * of blocks has names that differ in numbers alone; of several ways to part the names, the one that
 * leaves least to write is taken.
 */
final class BlockNames {
  private static final Pattern NUMBERED = Pattern.compile("(\\d+)_([A-Za-z]\\w*)");

  private final BlockSteps steps;

  private BlockNames(BlockSteps steps) {
    this.steps = steps;
  }

  /** By the layer's name; the others are named after themselves. */
  static Map<String, List<String>> of(Layer model) {
    Map<String, List<String>> all = new HashMap<>();
    families(BlockSteps.of(model)).forEach(f -> f.forEach(all::putIfAbsent));
    return Map.copyOf(all);
  }

  /** The same family by family, each by the names of its steps. */
  static List<Map<String, List<String>>> families(BlockSteps steps) {
    return new BlockNames(steps).findBlocks();
  }

  /** A step of a block, and what its name says without the block's. */
  private record Part(BlockStep step, String rest) {}

  /** Blocks whose names differ in numbers alone, by their names. */
  private record Family(Map<String, List<Part>> blocks) {
    /** How many steps need not be written out when equal blocks are one class. */
    int saving() {
      Collection<List<String>> kinds = new HashSet<>();
      int all = 0;
      for (List<Part> block : blocks.values()) {
        kinds.add(block.stream().map(p -> p.rest() + ":" + p.step().kind()).toList());
        all += block.size();
      }
      return all - kinds.stream().mapToInt(List::size).sum() - blocks.size();
    }
  }

  private List<Map<String, List<String>>> findBlocks() {
    List<Map<String, List<String>>> found = new ArrayList<>();
    List<BlockStep> left =
        new ArrayList<>(
            steps.all().stream()
                .filter(s -> s.isNamed() && !s.kind().equals("InputLayer"))
                .toList());
    while (true) {
      Family best =
          families(left).stream()
              .filter(f -> f.saving() > 0)
              .max(Comparator.comparingInt(Family::saving))
              .orElse(new Family(Map.of()));
      if (best.blocks().isEmpty()) {
        return found;
      }
      found.add(named(best));
      best.blocks().values().forEach(b -> left.removeAll(steps(b)));
    }
  }

  private List<Family> families(List<BlockStep> left) {
    Map<String, Map<String, List<Part>>> found = new LinkedHashMap<>();
    for (BlockStep step : left) {
      String name = step.name();
      for (int i = name.indexOf('_'); i > 0; i = name.indexOf('_', i + 1)) {
        String head = name.substring(0, i);
        String tail = name.substring(i + 1);
        if (head.matches(".*\\d[a-z]?") && !tail.isEmpty() && !steps.contains(head)) {
          part(found, family(head), head, new Part(step, tail));
        }
        if (tail.matches("[A-Za-z].*\\d") && !steps.contains(tail)) {
          part(found, "_" + family(tail), tail, new Part(step, head));
        }
      }
    }
    List<Family> families = new ArrayList<>();
    for (Map<String, List<Part>> blocks : found.values()) {
      blocks.values().removeIf(b -> b.size() < 2 || b.stream().noneMatch(p -> p.step().isHeld()));
      if (blocks.size() > 1 && blocks.values().stream().allMatch(b -> steps.isApart(steps(b)))) {
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

  private static List<BlockStep> steps(List<Part> block) {
    return block.stream().map(Part::step).toList();
  }

  private static String family(String block) {
    return block.replaceFirst("(?<=\\d)[a-z]$", "@").replaceAll("\\d+", "#");
  }

  private Map<String, List<String>> named(Family family) {
    Map<String, List<String>> segments = new LinkedHashMap<>();
    boolean isShort =
        family.blocks().values().stream()
            .allMatch(b -> b.stream().map(p -> part(p.rest())).distinct().count() == b.size());
    family
        .blocks()
        .forEach(
            (block, parts) -> {
              for (Part part : parts) {
                String rest = isShort ? part(part.rest()) : part.rest();
                segments.put(part.step().name(), List.of(block, rest));
              }
              List<BlockStep> all = new ArrayList<>(steps(parts));
              all.addAll(steps.between(all));
              steps.join(all).ifPresent(all::add);
              all.forEach(s -> segments.putIfAbsent(s.name(), List.of(block, s.name())));
            });
    return segments;
  }

  /** {@code conv1} of {@code 1_conv}: no name of Python's begins with a number. */
  private static String part(String rest) {
    Matcher numbered = NUMBERED.matcher(rest);
    return (numbered.matches() ? numbered.group(2) + numbered.group(1) : rest)
        .toLowerCase(Locale.ROOT);
  }
}
