package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Endpoint;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.source.TfModel;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The order of variables by a graph: what a variable is joined with has passed others before. */
final class GraphFlow implements Flow {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, BitSet> behind = new HashMap<>();
  private final Map<Integer, BitSet> ancestors = new HashMap<>();
  private final Set<String> computed = new HashSet<>();

  GraphFlow(TfModel model) {
    for (Node node : model.graph().nodes()) {
      String variable = model.handles().get(node.name());
      BitSet seen = new BitSet();
      if (variable != null) {
        seen.set(numbers.computeIfAbsent(variable, v -> numbers.size()));
      } else {
        node.inputs().forEach(i -> seen.or(seen(i)));
        boolean isInput = node.op().startsWith("Placeholder") && node.inputs().isEmpty();
        if (isInput || node.inputs().stream().anyMatch(i -> computed.contains(i.node()))) {
          computed.add(node.name());
          join(node);
        }
      }
      behind.put(node.name(), seen);
    }
  }

  private BitSet seen(Endpoint input) {
    return behind.getOrDefault(input.node(), new BitSet());
  }

  /** Of each variable that first meets a computed value here, what that value has passed. */
  private void join(Node node) {
    List<Endpoint> values =
        node.inputs().stream().filter(i -> computed.contains(i.node())).toList();
    for (Endpoint input : node.inputs()) {
      if (!computed.contains(input.node())) {
        seen(input).stream()
            .filter(v -> !ancestors.containsKey(v))
            .forEach(
                v -> {
                  BitSet passed = new BitSet();
                  values.forEach(i -> passed.or(seen(i)));
                  ancestors.put(v, passed);
                });
      }
    }
  }

  @Override
  public boolean isBefore(String first, String second) {
    Integer from = numbers.get(first);
    Integer to = numbers.get(second);
    return from != null && to != null && ancestors.getOrDefault(to, new BitSet()).get(from);
  }
}
