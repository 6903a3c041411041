package io.github.tf2torch.translate.mapping;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names of both sides that can only mean each other. Names alike but for their numbers go together;
 * two such groups are one where each has the most words in common with the other, and where their
 * numbers run alike.
 */
final class NameMatch {
  /** What both sides call the same things: names by their patterns. */
  private final Map<List<String>, List<Named>> sources;

  private final Map<List<String>, List<Named>> targets;

  private record Named(String name, NamePattern pattern) {}

  private NameMatch(List<String> sources, List<String> targets) {
    this.sources = grouped(sources);
    this.targets = grouped(targets);
  }

  /**
   * Source → target, of the names that leave no choice.
   *
   * @param certain whether numbers that begin elsewhere on the other side are refused
   */
  static Map<String, String> of(List<String> sources, List<String> targets, boolean certain) {
    return new NameMatch(sources, targets).match(certain);
  }

  private static Map<List<String>, List<Named>> grouped(List<String> names) {
    List<NamePattern> patterns = names.stream().map(NamePattern::of).toList();
    Set<List<String>> words = new LinkedHashSet<>();
    patterns.forEach(p -> words.add(p.words()));
    Map<List<String>, List<Named>> groups = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      NamePattern counted = patterns.get(i).counted();
      NamePattern pattern = words.contains(counted.words()) ? counted : patterns.get(i);
      groups
          .computeIfAbsent(pattern.words(), w -> new ArrayList<>())
          .add(new Named(names.get(i), pattern));
    }
    return groups;
  }

  private Map<String, String> match(boolean certain) {
    Map<String, String> matched = new LinkedHashMap<>();
    for (List<Named> group : sources.values()) {
      best(group, targets)
          .filter(t -> best(t, sources).filter(s -> s == group).isPresent())
          .ifPresent(t -> matched.putAll(byNumber(group, t, certain)));
    }
    return matched;
  }

  /** The group with the most words in common; empty where there is none, or two alike. */
  private static Optional<List<Named>> best(
      List<Named> group, Map<List<String>, List<Named>> others) {
    NamePattern pattern = group.get(0).pattern();
    Comparator<List<Named>> byLikeness =
        Comparator.comparing(o -> pattern.likeness(o.get(0).pattern()));
    return others.values().stream()
        .max(byLikeness)
        .filter(o -> pattern.isAbout(o.get(0).pattern()))
        .filter(
            o -> others.values().stream().filter(x -> byLikeness.compare(x, o) == 0).count() == 1);
  }

  private static Map<String, String> byNumber(
      List<Named> sources, List<Named> targets, boolean certain) {
    if (sources.size() != targets.size()) {
      return byEqualNumbers(sources, targets);
    }
    List<Integer> from = varying(sources);
    List<Integer> to = varying(targets);
    boolean isSameWords = sources.get(0).pattern().words().equals(targets.get(0).pattern().words());
    if (from.size() != to.size() || (isSameWords && !from.equals(to))) {
      return Map.of();
    }
    List<Named> left = sorted(sources, from);
    List<Named> right = sorted(targets, to);
    for (int k = 0; k < from.size(); k++) {
      long offset = number(right.get(0), to.get(k)) - number(left.get(0), from.get(k));
      for (int i = 0; i < left.size(); i++) {
        if (number(right.get(i), to.get(k)) - number(left.get(i), from.get(k)) != offset) {
          return Map.of();
        }
      }
      if (certain && offset != 0) {
        return Map.of();
      }
    }
    boolean isOtherNumber =
        from.isEmpty()
            && isSameWords
            && !left.get(0).pattern().numbers().equals(right.get(0).pattern().numbers());
    return isOtherNumber ? Map.of() : paired(left, right);
  }

  /**
   * Where one side has more, those alone whose every word and number the other has. Of a kind and a
   * number the other has to have the very name: Keras counts {@code batch_normalization_1} through
   * the model, which is no block's {@code bn1}.
   */
  private static Map<String, String> byEqualNumbers(List<Named> sources, List<Named> targets) {
    Map<String, String> matched = new LinkedHashMap<>();
    for (Named source : sources) {
      targets.stream()
          .filter(t -> t.pattern().equals(source.pattern()))
          .filter(t -> !t.pattern().isGeneric() || letters(t.name()).equals(letters(source.name())))
          .forEach(t -> matched.put(source.name(), t.name()));
    }
    return matched;
  }

  private static String letters(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> paired(List<Named> left, List<Named> right) {
    Map<String, String> matched = new LinkedHashMap<>();
    for (int i = 0; i < left.size(); i++) {
      matched.put(left.get(i).name(), right.get(i).name());
    }
    return matched;
  }

  /** The places where the numbers of a group are not all the same. */
  private static List<Integer> varying(List<Named> group) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < group.get(0).pattern().numbers().size(); i++) {
      int place = i;
      if (group.stream().map(n -> number(n, place)).distinct().count() > 1) {
        places.add(place);
      }
    }
    return places;
  }

  private static List<Named> sorted(List<Named> group, List<Integer> places) {
    Comparator<Named> order = Comparator.comparing(n -> 0);
    for (int place : places) {
      order = order.thenComparing(n -> number(n, place));
    }
    List<Named> sorted = new ArrayList<>(group);
    Collections.sort(sorted, order);
    return sorted;
  }

  private static long number(Named named, int place) {
    return named.pattern().numbers().get(place);
  }
}
