package io.github.tf2torch.verify.reference;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code Function._run_through_graph} of {@code keras/src/ops/function.py}, and {@code
 * map_graph_network} of Keras 2: calls run depth by depth, the deepest first. Calls are named by
 * their first result.
 */
final class Depths {
  private final Map<String, Layer> byName;
  private final Set<Layer.Tensor> sorted = new LinkedHashSet<>();
  private final Set<Layer.Tensor> inProgress = new LinkedHashSet<>();

  private Depths(Map<String, Layer> byName) {
    this.byName = byName;
  }

  /** Whether some layer is called several times that updates a variable when it is called. */
  static boolean matter(Layer model) {
    return model.layers().stream().anyMatch(l -> l.calls().size() > 1 && updates(l));
  }

  private static boolean updates(Layer layer) {
    boolean isStateful = new Settings(layer.config()).flag(false, "stateful");
    return isStateful
        || layer.className().matches("(Sync)?BatchNormalization(V[12])?|SpectralNormalization")
        || layer.layers().stream().anyMatch(Depths::updates);
  }

  static List<Layer.Tensor> inOrder(List<Layer.Tensor> outputs, Map<String, Layer> byName) {
    Depths depths = new Depths(byName);
    outputs.forEach(depths::sort);
    return depths.byDepth();
  }

  private static Layer.Tensor first(Layer.Tensor tensor) {
    return new Layer.Tensor(tensor.layer(), tensor.call(), 0);
  }

  private void sort(Layer.Tensor tensor) {
    Layer.Tensor node = first(tensor);
    if (!sorted.contains(node) && inProgress.add(node)) {
      needed(node).forEach(this::sort);
      sorted.add(node);
    }
  }

  private List<Layer.Tensor> needed(Layer.Tensor node) {
    Layer layer = byName.get(node.layer());
    if (layer == null || node.call() < 0 || node.call() >= layer.calls().size()) {
      return List.of();
    }
    Layer.Call call = layer.calls().get(node.call());
    List<Layer.Tensor> all = new ArrayList<>(call.inputs());
    if (call.arguments() instanceof Config.Fields fields) {
      fields.values().values().forEach(value -> all.addAll(TensorNotation.all(value)));
    }
    return all.stream().map(Depths::first).toList();
  }

  private List<Layer.Tensor> byDepth() {
    Map<Layer.Tensor, Integer> nodes = new LinkedHashMap<>();
    Map<String, Integer> layers = new HashMap<>();
    List<Layer.Tensor> last = new ArrayList<>(sorted);
    Collections.reverse(last);
    for (Layer.Tensor node : last) {
      nodes.putIfAbsent(node, 0);
      layers.merge(node.layer(), nodes.get(node), Math::max);
      int depth = layers.get(node.layer());
      nodes.put(node, depth);
      for (Layer.Tensor before : needed(node)) {
        nodes.put(before, Math.max(depth + 1, nodes.getOrDefault(before, 0)));
      }
    }
    Map<Integer, List<Layer.Tensor>> levels = new TreeMap<>();
    nodes.forEach(
        (node, depth) -> levels.computeIfAbsent(-depth, d -> new ArrayList<>()).add(node));
    return levels.values().stream().flatMap(List::stream).toList();
  }
}
