package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keras's attention as {@code nn.MultiheadAttention} holds it: query, key and value one above the
 * other in {@code in_proj_weight}, or where they differ in width {@code q_proj_weight} and so on
 * (torch/nn/modules/activation.py). Both sides are joined to one where both have such, and left as
 * they are elsewhere.
 */
record InProjection(List<Layer> layers, List<TargetModule> modules) {
  static final List<String> QUERY_KEY_VALUE = List.of("query", "key", "value");
  private static final String OUTPUT = "attention_output";
  private static final String OUT = "out_proj";

  /** The tensors that the module holds itself. */
  private static final Set<String> OWN =
      Set.of("in_proj_weight", "in_proj_bias", "q_proj_weight", "k_proj_weight", "v_proj_weight");

  InProjection {
    layers = List.copyOf(layers);
    modules = List.copyOf(modules);
  }

  static InProjection join(List<Layer> layers, List<TargetModule> modules) {
    List<TargetModule> joinedModules = joinModules(modules);
    List<Layer> joinedLayers = joinLayers(layers);
    boolean hasBoth = joinedModules.size() < modules.size() && joinedLayers.size() < layers.size();
    return hasBoth
        ? new InProjection(joinedLayers, joinedModules)
        : new InProjection(FusedProjection.join(layers, modules), modules);
  }

  private static List<TargetModule> joinModules(List<TargetModule> modules) {
    Map<String, Map<String, Variable>> joined = new LinkedHashMap<>();
    for (TargetModule module : modules) {
      String leaf = module.leaf();
      if (OWN.contains(leaf) && module.tensors().size() == 1) {
        joined
            .computeIfAbsent(module.parent(), p -> new LinkedHashMap<>())
            .putAll(named(leaf, module));
      } else if (leaf.equals(OUT) && joined.containsKey(module.parent())) {
        Map<String, Variable> whole = joined.get(module.parent());
        module.tensors().forEach((slot, t) -> whole.put(OUT + "." + slot, t));
      } else {
        joined.put(module.path(), module.tensors());
      }
    }
    List<TargetModule> all = new ArrayList<>();
    joined.forEach((path, tensors) -> all.add(new TargetModule(path, tensors)));
    return all;
  }

  private static Map<String, Variable> named(String leaf, TargetModule module) {
    return Map.of(leaf, module.tensors().values().iterator().next());
  }

  private static List<Layer> joinLayers(List<Layer> layers) {
    Map<List<String>, Layer> byScope = new HashMap<>();
    layers.forEach(l -> byScope.put(l.scope(), l));
    Set<Layer> used = new HashSet<>();
    List<Layer> joined = new ArrayList<>();
    for (Layer layer : layers) {
      if (used.contains(layer)) {
        continue;
      }
      List<Layer> parts = parts(layer, byScope);
      used.addAll(parts);
      joined.add(parts.isEmpty() ? layer : attention(parts));
    }
    return joined;
  }

  /** Query, key, value and output beside a layer that is one of them; none where one is missing. */
  private static List<Layer> parts(Layer layer, Map<List<String>, Layer> byScope) {
    int last = layer.scope().size() - 1;
    if (last < 0 || !isPart(layer.scope().get(last))) {
      return List.of();
    }
    List<String> scope = layer.scope().subList(0, last);
    List<Layer> parts =
        Stream.concat(QUERY_KEY_VALUE.stream(), Stream.of(OUTPUT))
            .map(p -> Stream.concat(scope.stream(), Stream.of(p)).toList())
            .flatMap(s -> Optional.ofNullable(byScope.get(s)).stream())
            .filter(l -> l.has("weight"))
            .toList();
    return parts.size() == QUERY_KEY_VALUE.size() + 1 ? parts : List.of();
  }

  private static boolean isPart(String name) {
    return QUERY_KEY_VALUE.contains(name) || name.equals(OUTPUT);
  }

  private static Layer attention(List<Layer> parts) {
    List<Layer> inputs = parts.subList(0, QUERY_KEY_VALUE.size());
    List<Slot> rest = new ArrayList<>();
    above(inputs, "bias").ifPresent(b -> rest.add(Slot.parameter("in_proj_bias", b)));
    for (Slot slot : parts.get(inputs.size()).reading().slots()) {
      rest.add(new Slot(OUT + "." + slot.name(), slot.kind(), slot.recipe()));
    }
    List<Reading> readings = new ArrayList<>();
    above(inputs, "weight")
        .ifPresent(w -> readings.add(reading(inputs, List.of(w), List.of("in_proj_weight"), rest)));
    List<TensorExpr> apart = inputs.stream().map(l -> slot(l, "weight").orElseThrow()).toList();
    readings.add(
        reading(inputs, apart, List.of("q_proj_weight", "k_proj_weight", "v_proj_weight"), rest));
    List<String> scope = inputs.get(0).scope();
    return new Layer(scope.subList(0, scope.size() - 1), "attention", readings);
  }

  private static Reading reading(
      List<Layer> inputs, List<TensorExpr> weights, List<String> names, List<Slot> rest) {
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      slots.add(Slot.parameter(names.get(i), weights.get(i)));
    }
    slots.addAll(rest);
    String heads = heads(inputs.get(0)).map(h -> " of " + h + " heads").orElse("");
    return new Reading("attention" + heads, slots);
  }

  /** One above the other; empty where one has none, or they differ in width. */
  static Optional<TensorExpr> above(List<Layer> inputs, String slot) {
    List<TensorExpr> all = inputs.stream().flatMap(l -> slot(l, slot).stream()).toList();
    boolean isOneWidth =
        all.stream().map(e -> e.shape().dims().subList(1, e.shape().rank())).distinct().count()
            == 1;
    return all.size() == inputs.size() && isOneWidth
        ? Optional.of(new TensorExpr.Concat(all, 0))
        : Optional.empty();
  }

  static Optional<TensorExpr> slot(Layer layer, String name) {
    return layer.reading().slots().stream()
        .filter(s -> s.name().equals(name))
        .map(Slot::recipe)
        .findFirst();
  }

  /**
   * A {@code state_dict} does not say how many there are; Keras's kernel does: [D, heads, size].
   */
  static Optional<Long> heads(Layer query) {
    TensorExpr expr = slot(query, "weight").orElseThrow();
    while (!expr.inputs().isEmpty()) {
      expr = expr.inputs().get(0);
    }
    return expr.shape().rank() == 3 ? Optional.of(expr.shape().dim(1)) : Optional.empty();
  }
}
