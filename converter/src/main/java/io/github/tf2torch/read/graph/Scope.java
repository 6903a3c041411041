package io.github.tf2torch.read.graph;

import io.github.tf2torch.model.source.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
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
    while (at.node().startsWith(CALL)) {
      Endpoint next = results.get(at);
      if (next == null) {
        throw new IllegalStateException("no result " + at.index() + " of a call");
      }
      at = next;
    }
    return at;
  }

  List<String> resolveControls(List<String> from) {
    Set<String> resolved = new LinkedHashSet<>();
    from.forEach(c -> collect(c, resolved));
    return List.copyOf(resolved);
  }

  private void collect(String control, Set<String> resolved) {
    if (control.startsWith(CALL)) {
      controls.getOrDefault(control, List.of()).forEach(c -> collect(c, resolved));
    } else {
      resolved.add(control);
    }
  }
}
