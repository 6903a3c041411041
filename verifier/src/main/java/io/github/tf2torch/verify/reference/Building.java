package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.verify.engine.GraphBuilder;
import io.github.tf2torch.verify.engine.SymbolicTensor;
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
import java.util.function.Supplier;

/** What the layers of one model share while its graph is built. */
final class Building {
  private final GraphBuilder graph;
  private final Map<String, Variable> variables = new HashMap<>();
  private final KerasVersion version;
  private final Mode mode;
  private final boolean isGiven;
  private final Map<Endpoint, SymbolicTensor> masks = new HashMap<>();
  private final Map<String, SymbolicTensor> updates = new LinkedHashMap<>();
  private final Map<Reference.Place, SymbolicTensor> places = new LinkedHashMap<>();
  private final Set<Reference.Place> shared = new HashSet<>();
  private final Map<String, Integer> draws = new HashMap<>();
  private final Deque<Reference.Place> within = new ArrayDeque<>();
  private final List<Drawn> drawn = new ArrayList<>();
  private boolean mayDraw;

  /** Which layers do what they do in training. */
  enum Mode {
    INFERENCE,
    /** Those that draw, and no other. */
    DROPPING,
    TRAINING
  }

  /**
   * @param isGiven whether what layers draw is fed
   */
  Building(
      GraphBuilder graph,
      List<Variable> variables,
      KerasVersion version,
      Mode mode,
      boolean isGiven) {
    this.graph = graph;
    this.version = version;
    this.mode = mode;
    this.isGiven = isGiven;
    variables.forEach(v -> this.variables.put(v.name(), v));
  }

  Ops ops(String scope) {
    return new Ops(graph, scope);
  }

  KerasVersion version() {
    return version;
  }

  boolean isTraining() {
    return mode == Mode.TRAINING;
  }

  /** Whether layers that draw do so; asked by those that have what to draw in training. */
  boolean drops() {
    mayDraw = true;
    return mode != Mode.INFERENCE;
  }

  /** Whether a layer draws in training, so far. */
  boolean mayDraw() {
    return mayDraw;
  }

  boolean isGiven() {
    return isGiven;
  }

  /** A place for what is drawn elsewhere. */
  SymbolicTensor given(Shape shape) {
    return graph.placeholder("drawn", DType.FLOAT32, shape);
  }

  void drawn(Drawn.Form form, List<Draw> parts) {
    drawn.add(new Drawn(form, parts, 1, List.copyOf(within)));
  }

  /** All so far. */
  List<Drawn> drawn() {
    return List.copyOf(drawn);
  }

  /** Joins what was drawn in each of some steps, which are the last. */
  void joinSteps(int before, int steps) {
    List<Drawn> all = List.copyOf(drawn.subList(before, drawn.size()));
    drawn.subList(before, drawn.size()).clear();
    int each = steps == 0 ? 0 : all.size() / steps;
    for (int i = 0; i < each; i++) {
      List<Draw> parts = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        parts.addAll(all.get(step * each + i).parts());
      }
      boolean isAlone = all.get(i).form() == Drawn.Form.ALONE;
      drawn.add(
          new Drawn(
              isAlone ? Drawn.Form.STEPS : Drawn.Form.GATES_OF_STEPS,
              parts,
              steps,
              all.get(i).within()));
    }
  }

  /** Does so inside of a use of a layer. */
  <T> T inside(Reference.Place place, Supplier<T> call) {
    within.addLast(place);
    try {
      return call.get();
    } finally {
      within.removeLast();
    }
  }

  /** As stored or, in training, as an earlier call has left it. */
  SymbolicTensor value(String variable) {
    SymbolicTensor updated = updates.get(variable);
    if (updated != null) {
      return updated;
    }
    Variable stored = variables.get(variable);
    if (stored == null) {
      throw new MissingReference("variable \"" + variable + "\", which the file lacks");
    }
    return graph.variable(stored);
  }

  void update(String variable, SymbolicTensor value) {
    updates.put(variable, value);
  }

  Optional<SymbolicTensor> mask(SymbolicTensor value) {
    return Optional.ofNullable(masks.get(value.endpoint()));
  }

  void mask(SymbolicTensor value, SymbolicTensor mask) {
    masks.put(value.endpoint(), mask);
  }

  /** Layers that take the value from now on are not told of its mask. */
  void unmask(SymbolicTensor value) {
    masks.remove(value.endpoint());
  }

  /** Layers of a model that is called twice are in two places of one name: they have none. */
  void place(Reference.Place place, SymbolicTensor value) {
    if (places.put(place, value) != null || shared.contains(place)) {
      places.remove(place);
      shared.add(place);
    }
  }

  /** Takes away and gives the places of layers inside of {@code path}. */
  Map<Reference.Place, SymbolicTensor> taken(String path) {
    Map<Reference.Place, SymbolicTensor> inside = new LinkedHashMap<>(places);
    inside.keySet().removeIf(p -> !p.path().startsWith(path + "/"));
    places.keySet().removeAll(inside.keySet());
    return inside;
  }

  /** How many random draws a layer has made before, counted with each question. */
  int draw(String path) {
    return draws.merge(path, 1, Integer::sum) - 1;
  }

  Map<Reference.Place, Endpoint> places() {
    Map<Reference.Place, Endpoint> all = new LinkedHashMap<>();
    places.forEach((place, value) -> all.put(place, value.endpoint()));
    return all;
  }

  Map<String, Endpoint> updates() {
    Map<String, Endpoint> all = new LinkedHashMap<>();
    updates.forEach((name, value) -> all.put(name, value.endpoint()));
    return all;
  }
}
