package io.github.tf2torch.fuse;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Graph;
import io.github.tf2torch.model.source.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What lies between one input of a {@code Merge} and the {@code Switch}es of its predicate.
 *
 * @param isTrue whether it runs where the predicate holds
 * @param inside the nodes between, inputs before their use
 * @param arguments the tensors from outside that they use
 * @param switched output of a Switch → the tensor that it switches
 */
record SwitchedSide(
    Endpoint predicate,
    boolean isTrue,
    Endpoint result,
    List<Node> inside,
    Set<Endpoint> arguments,
    Map<Endpoint, Endpoint> switched) {
  private static final Set<String> SWITCHES = Set.of("Switch", "RefSwitch");

  /** Empty where another predicate comes in, as that of a loop. */
  static Optional<SwitchedSide> of(Endpoint result, Map<String, Node> nodes, List<Node> ordered) {
    Set<String> behind = behind(result, nodes);
    Map<Endpoint, Endpoint> switched = new HashMap<>();
    Set<Endpoint> predicates = new HashSet<>();
    Set<Boolean> sides = new HashSet<>();
    Set<String> inside = new LinkedHashSet<>();
    List<Node> body = new ArrayList<>();
    for (Node any : ordered) {
      Node node = nodes.get(any.name());
      if (!behind.contains(node.name())) {
        continue;
      }
      if (SWITCHES.contains(node.op())) {
        predicates.add(MergedCond.origin(node.input(1), nodes));
        switched.put(node.output(0), node.input(0));
        switched.put(node.output(1), node.input(0));
      } else if (node.op().equals("Const")
          || node.inputs().stream()
              .anyMatch(i -> switched.containsKey(i) || inside.contains(i.node()))
          || node.controlInputs().stream().anyMatch(inside::contains)) {
        inside.add(node.name());
        body.add(node);
      }
    }
    body.stream()
        .flatMap(n -> n.inputs().stream())
        .filter(switched::containsKey)
        .forEach(i -> sides.add(i.index() == 1));
    if (switched.containsKey(result)) {
      sides.add(result.index() == 1);
    }
    if (predicates.size() != 1 || sides.size() != 1) {
      return Optional.empty();
    }
    Set<Endpoint> arguments = new LinkedHashSet<>();
    for (Node node : body) {
      node.inputs().stream()
          .filter(i -> !inside.contains(i.node()))
          .forEach(i -> arguments.add(switched.getOrDefault(i, i)));
    }
    if (!inside.contains(result.node())) {
      arguments.add(switched.getOrDefault(result, result));
    }
    return Optional.of(
        new SwitchedSide(
            predicates.iterator().next(),
            sides.iterator().next(),
            result,
            body,
            arguments,
            switched));
  }

  /** All that the result needs, as far as the switches. */
  private static Set<String> behind(Endpoint result, Map<String, Node> nodes) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(result.node()));
    while (!open.isEmpty()) {
      Node node = nodes.get(open.pop());
      if (node != null && found.add(node.name()) && !SWITCHES.contains(node.op())) {
        node.inputs().stream().map(Endpoint::node).forEach(open::push);
        node.controlInputs().forEach(open::push);
      }
    }
    return found;
  }

  /** As a function of these tensors. */
  Graph.Function function(String name, List<Endpoint> from) {
    List<Node> body = new ArrayList<>();
    List<String> parameters = new ArrayList<>();
    Map<Endpoint, Endpoint> known = new HashMap<>();
    for (Endpoint argument : from) {
      Node parameter =
          new Node(name + "/" + parameters.size(), "Placeholder", List.of(), List.of(), Map.of());
      body.add(parameter);
      parameters.add(parameter.name());
      known.put(argument, parameter.output(0));
    }
    Set<String> names = new HashSet<>();
    inside.forEach(n -> names.add(n.name()));
    for (Node node : inside) {
      List<Endpoint> inputs = node.inputs().stream().map(i -> inner(i, names, known)).toList();
      List<String> waits = node.controlInputs().stream().filter(names::contains).toList();
      body.add(new Node(node.name(), node.op(), inputs, waits, node.attrs()));
    }
    return new Graph.Function(
        name, parameters, new Graph(body, Map.of()), List.of(inner(result, names, known)));
  }

  private Endpoint inner(Endpoint endpoint, Set<String> names, Map<Endpoint, Endpoint> known) {
    return names.contains(endpoint.node())
        ? endpoint
        : known.getOrDefault(switched.getOrDefault(endpoint, endpoint), endpoint);
  }
}
