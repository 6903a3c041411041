package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.problem.DamagedFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes of one flat graph while calls are put into it. A call has no node: an identifier stands
 * for it until its results are known.
 */
final class Scope {
  private static final String CALL = "\0call";

  private final Names names;
  private final List<FlatNode> nodes = new ArrayList<>();
  private final Map<Endpoint, Endpoint> results = new HashMap<>();
  private final Map<String, List<String>> controls = new HashMap<>();
  private int calls;

  Scope(Collection<String> taken) {
    names = new Names(taken);
  }

  Names names() {
    return names;
  }

  String newCall() {
    return CALL + calls++;
  }

  void add(FlatNode node) {
    nodes.add(node);
  }

  void alias(Endpoint callResult, Endpoint value) {
    results.put(callResult, value);
  }

  void aliasControl(String call, List<String> ran) {
    controls.put(call, ran);
  }

  List<FlatNode> nodes() {
    return nodes.stream()
        .map(
            n ->
                n.with(
                    n.inputs().stream().map(this::resolve).toList(), resolveControls(n.controls())))
        .toList();
  }

  Endpoint resolve(Endpoint endpoint) {
    Endpoint at = endpoint;
    for (int steps = 0; at.node().startsWith(CALL); steps++) {
      Endpoint next = results.get(at);
      if (next == null) {
        throw new DamagedFile("the graph reads result " + at.index() + " of a call without it");
      }
      if (steps > results.size()) {
        throw new DamagedFile("the graph runs in a circle through a call of a function");
      }
      at = next;
    }
    return at;
  }

  List<String> resolveControls(List<String> from) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(from);
    while (!open.isEmpty()) {
      String control = open.removeFirst();
      if (seen.add(control) && control.startsWith(CALL)) {
        List<String> ran = controls.getOrDefault(control, List.of());
        for (int i = ran.size() - 1; i >= 0; i--) {
          open.addFirst(ran.get(i));
        }
      }
    }
    return seen.stream().filter(c -> !c.startsWith(CALL)).toList();
  }
}
