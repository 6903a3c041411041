package io.github.tf2torch.translate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Blocks that have a name where their branches join: {@code mixed5} of InceptionV3 is a
 * concatenation, and what leads to it from {@code mixed4}, through which all values go, are layers
 * that Keras has counted: {@code conv2d_44}. Counted within the block they are alike.
 */
final class BranchNames {
  private static final int LEAST_STEPS = 4;

  private final List<BlockStep> steps;
  private final Set<BlockStep> left;
  private final Set<Integer> cuts;

  private BranchNames(BlockSteps steps, Collection<BlockStep> left) {
    this.steps = steps.all();
    this.left = new HashSet<>(left);
    this.cuts = cuts(steps);
  }

  /**
   * @param left the steps that are in no block
   */
  static List<Map<String, List<String>>> families(BlockSteps steps, Collection<BlockStep> left) {
    return new BranchNames(steps, left).families();
  }

  /** After which steps the one value that is needed later is their own. */
  private static Set<Integer> cuts(BlockSteps steps) {
    List<BlockStep> all = steps.all();
    Map<String, Integer> places = new HashMap<>();
    all.forEach(s -> places.put(s.name(), places.size()));
    int[] lastUse = new int[all.size()];
    int[] latest = new int[all.size()]; // the last place that reads what is made before this one
    for (int i = 0; i < all.size(); i++) {
      lastUse[i] = steps.isAnswered(all.get(i)) ? all.size() : Math.max(lastUse[i], i);
      for (String read : all.get(i).reads()) {
        int from = places.getOrDefault(read, -1);
        if (from > i) {
          return Set.of(); // steps that take turns have no order
        }
        if (from >= 0) {
          lastUse[from] = Math.max(lastUse[from], i);
        } else {
          latest[0] = i;
        }
      }
    }
    Set<Integer> cuts = new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      latest[i] = Math.max(latest[i], i == 0 ? 0 : Math.max(latest[i - 1], lastUse[i - 1]));
      if (latest[i] <= i) {
        cuts.add(i);
      }
    }
    return cuts;
  }

  private List<Map<String, List<String>>> families() {
    Map<String, Map<String, List<BlockStep>>> found = new LinkedHashMap<>();
    int from = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (cuts.contains(i)) {
        BlockStep join = steps.get(i);
        List<BlockStep> block = steps.subList(from, i + 1);
        if (isNamed(join) && isBlock(block)) {
          found
              .computeIfAbsent(join.name().replaceAll("\\d+", "#"), f -> new LinkedHashMap<>())
              .put(join.name(), List.copyOf(block));
        }
        from = i + 1;
      }
    }
    List<Map<String, List<String>>> families = new ArrayList<>();
    found.values().stream().filter(this::saves).forEach(f -> families.add(named(f)));
    return families;
  }

  /** Numbered by a person: Keras counts with an underscore. */
  private static boolean isNamed(BlockStep join) {
    return join.reads().size() > 1 && join.name().matches("[A-Za-z]\\w*[A-Za-z]\\d+");
  }

  private boolean isBlock(List<BlockStep> block) {
    return block.size() >= LEAST_STEPS
        && block.stream().anyMatch(BlockStep::isHeld)
        && block.stream()
            .allMatch(s -> s.isOnce() && (left.contains(s) || s.isFree() && !s.isNamed()));
  }

  private boolean saves(Map<String, List<BlockStep>> family) {
    Set<List<String>> kinds = new HashSet<>();
    family.values().forEach(b -> kinds.add(b.stream().map(BlockStep::kind).toList()));
    return kinds.size() < family.size();
  }

  private static Map<String, List<String>> named(Map<String, List<BlockStep>> family) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    family.forEach(
        (block, steps) -> {
          Map<String, List<BlockStep>> counted = new LinkedHashMap<>();
          for (BlockStep step : steps) {
            counted.computeIfAbsent(base(step), b -> new ArrayList<>()).add(step);
          }
          Identifiers.Unique unique = new Identifiers.Unique();
          counted.forEach(
              (base, alike) -> {
                alike.sort(Comparator.comparingInt(BranchNames::count));
                alike.forEach(s -> places.put(s.name(), List.of(block, unique.claim(base))));
              });
        });
    return places;
  }

  private static String base(BlockStep step) {
    return step.name().replaceFirst("_\\d{1,9}$", "");
  }

  private static int count(BlockStep step) {
    String base = base(step);
    return base.length() == step.name().length()
        ? 0
        : Integer.parseInt(step.name().substring(base.length() + 1));
  }
}
