package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Layers of the source put into modules of the target, without rules. Only those of the same shapes
 * come into question; among several, names that can only mean each other decide, then the order of
 * computation, where it is known on both sides. What neither decides stays open.
 */
final class StructureMatch {
  private final List<Layer> layers;
  private final List<TargetModule> modules;
  private final ModuleOrder order;
  private final Flow flow;
  private final Ledger ledger;
  private final Map<Layer, TargetModule> placed = new LinkedHashMap<>();

  StructureMatch(
      List<Layer> layers, List<TargetModule> modules, ModuleOrder order, Flow flow, Ledger ledger) {
    this.layers = List.copyOf(layers);
    this.modules = List.copyOf(modules);
    this.order = order;
    this.flow = flow;
    this.ledger = ledger;
  }

  /** Layers and modules of which any might be any. */
  private record Group(List<Layer> layers, List<TargetModule> modules, boolean isRest) {
    boolean isOneEach() {
      return layers.size() == 1 && modules.size() == 1;
    }

    Group without(Map<Layer, TargetModule> matched) {
      List<Layer> rest = new ArrayList<>(layers);
      rest.removeAll(matched.keySet());
      List<TargetModule> left = new ArrayList<>(modules);
      left.removeAll(matched.values());
      return new Group(rest, left, isRest);
    }
  }

  void apply() {
    List<Group> left = new ArrayList<>();
    boolean speak = false;
    for (Group group : groups()) {
      Map<Layer, TargetModule> named = byName(group);
      named.forEach((layer, module) -> fill(layer, module, "by name"));
      speak |= !named.isEmpty() && !group.isOneEach();
      Group rest = group.without(named);
      if (!rest.layers().isEmpty() && !rest.modules().isEmpty()) {
        left.add(new Group(rest.layers(), rest.modules(), !named.isEmpty()));
      }
    }
    List<Group> open = new ArrayList<>();
    for (Group rest : left) {
      if (!match(rest, speak)) {
        open.add(rest);
      }
    }
    List<Layer> openLayers = open.stream().flatMap(g -> g.layers().stream()).toList();
    Map<Layer, TargetModule> behind =
        order.isRegistered()
            ? new BehindConvolution(modules, this::isBefore).places(openLayers, layers, placed)
            : Map.of();
    behind.forEach((layer, module) -> fill(layer, module, "behind its convolution"));
    for (Group rest : open) {
      Group still = rest.without(behind);
      still.layers().forEach(l -> leaveOpen(l, still));
    }
  }

  private List<Group> groups() {
    List<Group> groups = new ArrayList<>();
    Set<Layer> met = new HashSet<>();
    for (Layer layer : layers) {
      if (met.add(layer)) {
        Group group = group(layer);
        met.addAll(group.layers());
        groups.add(group);
      }
    }
    return groups;
  }

  /** All that is reached from a layer by fitting modules, and their fitting layers. */
  private Group group(Layer start) {
    Set<Layer> reachedLayers = new HashSet<>(Set.of(start));
    Set<TargetModule> reachedModules = new HashSet<>();
    Deque<Layer> left = new ArrayDeque<>(List.of(start));
    while (!left.isEmpty()) {
      Layer layer = left.remove();
      for (TargetModule module : modules) {
        if (Fitting.fits(layer, module) && reachedModules.add(module)) {
          layers.stream()
              .filter(l -> Fitting.fits(l, module) && reachedLayers.add(l))
              .forEach(left::add);
        }
      }
    }
    return new Group(
        layers.stream().filter(reachedLayers::contains).toList(),
        modules.stream().filter(reachedModules::contains).toList(),
        false);
  }

  /**
   * What names leave open. Where names say something elsewhere, being the last of its shapes is no
   * reason: a checkpoint may have one head and the model another.
   *
   * @return whether it is decided
   */
  private boolean match(Group group, boolean namesSpeak) {
    if (group.isOneEach()) {
      Layer layer = group.layers().get(0);
      TargetModule module = group.modules().get(0);
      NamePattern name = NamePattern.of(name(layer));
      if (!namesSpeak
          || name.isAbout(NamePattern.of(module.path()))
          || (name.isGeneric() && isInOrder(layer, module))) {
        fill(layer, module, "the only one of its shapes");
        return true;
      }
    }
    Map<Layer, TargetModule> byOrder = group.isRest() ? Map.of() : byOrder(group);
    if (byOrder.isEmpty() || group.isOneEach()) {
      return false;
    }
    byOrder.forEach((layer, module) -> fill(layer, module, "by the order of computation"));
    if (order.isRegistered()) {
      ledger.assume("the target computes in the order in which it registers its modules");
    }
    return true;
  }

  /**
   * Whether what has a place and is computed before the layer stands before the module, and what is
   * computed behind it behind; it has to be known of one at least.
   */
  private boolean isInOrder(Layer layer, TargetModule module) {
    int at = modules.indexOf(module);
    int agreeing = 0;
    for (Map.Entry<Layer, TargetModule> other : placed.entrySet()) {
      boolean isBehind = isBefore(layer, other.getKey());
      if (isBehind || isBefore(other.getKey(), layer)) {
        if (isBehind != modules.indexOf(other.getValue()) > at) {
          return false;
        }
        agreeing++;
      }
    }
    return order.isRegistered() && agreeing > 0;
  }

  /** Numbers that begin elsewhere on the other side are believed while no order contradicts. */
  private Map<Layer, TargetModule> byName(Group group) {
    Map<Layer, TargetModule> certain = byName(group, true);
    if (certain.size() == group.layers().size()) {
      return certain;
    }
    Map<Layer, TargetModule> alike = byName(group, false);
    Map<Layer, TargetModule> byOrder = byOrder(group);
    boolean isContradicted =
        !byOrder.isEmpty() && !byOrder.entrySet().containsAll(alike.entrySet());
    return isContradicted ? certain : alike;
  }

  private Map<Layer, TargetModule> byName(Group group, boolean certain) {
    Map<String, Layer> sources = new LinkedHashMap<>();
    group.layers().forEach(l -> sources.put(name(l), l));
    Map<String, TargetModule> targets = new LinkedHashMap<>();
    group.modules().forEach(m -> targets.put(m.path(), m));
    if (sources.size() < group.layers().size()) {
      return Map.of();
    }
    Map<Layer, TargetModule> matched = new LinkedHashMap<>();
    NameMatch.of(List.copyOf(sources.keySet()), List.copyOf(targets.keySet()), certain)
        .forEach(
            (source, target) -> {
              Layer layer = sources.get(source);
              TargetModule module = targets.get(target);
              if (layer != null && module != null && Fitting.fits(layer, module)) {
                matched.put(layer, module);
              }
            });
    return matched;
  }

  private static String name(Layer layer) {
    return String.join("/", layer.scope());
  }

  /** Pairs in order; none where one of the orders isn't known, or leads to what doesn't fit. */
  private Map<Layer, TargetModule> byOrder(Group group) {
    Optional<List<TargetModule>> targets = order.sorted(group.modules());
    Optional<List<Layer>> sources = sorted(group.layers());
    if (group.layers().size() != group.modules().size() || targets.isEmpty() || sources.isEmpty()) {
      return Map.of();
    }
    Map<Layer, TargetModule> pairs = new LinkedHashMap<>();
    for (int i = 0; i < group.layers().size(); i++) {
      Layer layer = sources.get().get(i);
      TargetModule module = targets.get().get(i);
      if (!Fitting.fits(layer, module)) {
        return Map.of();
      }
      pairs.put(layer, module);
    }
    return pairs;
  }

  /** One after the other, where each goes into all that follow. */
  private Optional<List<Layer>> sorted(List<Layer> unsorted) {
    Map<Integer, Layer> places = new HashMap<>();
    for (Layer layer : unsorted) {
      long before = unsorted.stream().filter(o -> isBefore(o, layer)).count();
      places.put((int) before, layer);
    }
    List<Layer> sorted = new ArrayList<>();
    for (int i = 0; i < unsorted.size(); i++) {
      Layer layer = places.get(i);
      if (layer == null) {
        return Optional.empty();
      }
      sorted.add(layer);
    }
    return Optional.of(sorted);
  }

  private boolean isBefore(Layer first, Layer second) {
    return !first.equals(second)
        && first.variables().stream()
            .anyMatch(
                a ->
                    second.variables().stream()
                        .anyMatch(b -> flow.isBefore(a, b) && !flow.isBefore(b, a)));
  }

  private void fill(Layer layer, TargetModule module, String why) {
    placed.put(layer, module);
    List<Map<String, TensorExpr>> ways = Fitting.ways(layer, module);
    if (ways.size() > 1 || FlattenedRows.isDoubtful(layer)) {
      ledger.leaveOpen(new Choice(layer, List.of(module)));
      return;
    }
    ways.get(0)
        .forEach(
            (slot, recipe) -> {
              Variable tensor = module.tensors().get(slot);
              if (tensor != null) {
                ledger.fill(tensor, recipe, module.path());
              }
            });
    ledger.assume(
        "%s: %s of %s, %s"
            .formatted(
                module.path(),
                Fitting.reading(layer, module).kind(),
                String.join(", ", layer.variables().stream().map(v -> "\"" + v + "\"").toList()),
                why));
  }

  private void leaveOpen(Layer layer, Group rest) {
    ledger.leaveOpen(
        new Choice(layer, rest.modules().stream().filter(m -> Fitting.fits(layer, m)).toList()));
  }
}
