package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.verify.engine.GraphBuilder;
import io.github.tf2torch.verify.engine.SymbolicTensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the layers of one model share while its graph is built. */
final class Building {
  private final GraphBuilder graph;
  private final Map<String, Variable> variables = new HashMap<>();
  private final KerasVersion version;
  private final boolean isTraining;
  private final Map<Endpoint, SymbolicTensor> masks = new HashMap<>();
  private final Map<String, SymbolicTensor> updates = new LinkedHashMap<>();
  private final Map<Reference.Place, SymbolicTensor> places = new LinkedHashMap<>();
  private final Set<Reference.Place> shared = new HashSet<>();
  private final Map<String, Integer> draws = new HashMap<>();

  Building(GraphBuilder graph, List<Variable> variables, KerasVersion version, boolean isTraining) {
    this.graph = graph;
    this.version = version;
    this.isTraining = isTraining;
    variables.forEach(v -> this.variables.put(v.name(), v));
  }

  Ops ops(String scope) {
    return new Ops(graph, scope);
  }

  KerasVersion version() {
    return version;
  }

  boolean isTraining() {
    return isTraining;
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
