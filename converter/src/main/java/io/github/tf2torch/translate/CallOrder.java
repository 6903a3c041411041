package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In which order Keras makes the calls of a functional model: by their distance from the outputs,
 * and where that is the same as {@code map_graph} ({@code keras/src/ops/function.py}) comes by
 * them. It matters to a layer that keeps something from call to call, and to no other.
 */
final class CallOrder {
  private static final Set<String> KEEPING =
      Set.of(
          "BatchNormalization",
          "BatchNormalizationV1",
          "BatchNormalizationV2",
          "SyncBatchNormalization",
          "SpectralNormalization");

  /** A layer and which call of it. */
  private record Node(String layer, int call) {
    static Node of(Layer.Tensor tensor) {
      return new Node(tensor.layer(), tensor.call());
    }
  }

  private final Map<String, Layer> layers = new HashMap<>();

  private CallOrder(Layer model) {
    model.layers().forEach(l -> layers.put(l.name(), l));
  }

  /** The first results of all calls of layers that keep something and are called several times. */
  static List<Layer.Tensor> ofKeeping(Layer model, List<Layer.Tensor> outputs) {
    CallOrder order = new CallOrder(model);
    Set<String> several = new HashSet<>();
    for (Layer layer : model.layers()) {
      if (layer.calls().size() > 1 && keeps(layer)) {
        several.add(layer.name());
      }
    }
    return several.isEmpty()
        ? List.of()
        : order.nodes(outputs).stream()
            .filter(n -> several.contains(n.layer()))
            .map(n -> new Layer.Tensor(n.layer(), n.call(), 0))
            .toList();
  }

  private static boolean keeps(Layer layer) {
    return KEEPING.contains(layer.className())
        || layer.config().get("stateful").equals(Optional.of(new Config.Bool(true)))
        || layer.layers().stream().anyMatch(CallOrder::keeps);
  }

  private List<Node> nodes(List<Layer.Tensor> outputs) {
    Map<Node, Integer> depths = new LinkedHashMap<>();
    Map<String, Integer> ofLayers = new HashMap<>();
    List<Node> fromInputs = fromInputs(outputs);
    for (int i = fromInputs.size() - 1; i >= 0; i--) {
      Node node = fromInputs.get(i);
      int depth = Math.max(depths.getOrDefault(node, 0), ofLayers.getOrDefault(node.layer(), 0));
      ofLayers.put(node.layer(), depth);
      depths.put(node, depth);
      parents(node).forEach(parent -> depths.merge(parent, depth + 1, Math::max));
    }
    List<Node> all = new ArrayList<>(depths.keySet());
    all.sort(Comparator.comparing(depths::get, Comparator.reverseOrder()));
    return all;
  }

  /** Each behind what it needs ({@code _build_map}), with a stack of its own. */
  private List<Node> fromInputs(List<Layer.Tensor> outputs) {
    List<Node> finished = new ArrayList<>();
    Set<Node> met = new HashSet<>();
    Set<Node> done = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    for (Layer.Tensor output : outputs) {
      open.push(Node.of(output));
      while (!open.isEmpty()) {
        Node node = open.peek();
        met.add(node);
        Optional<Node> next = parents(node).stream().filter(p -> !met.contains(p)).findFirst();
        if (next.isPresent()) {
          open.push(next.get());
        } else {
          open.pop();
          if (done.add(node)) {
            finished.add(node);
          }
        }
      }
    }
    return finished;
  }

  private List<Node> parents(Node node) {
    Layer layer = layers.get(node.layer());
    if (layer == null || node.call() < 0 || node.call() >= layer.calls().size()) {
      return List.of();
    }
    Layer.Call call = layer.calls().get(node.call());
    List<Layer.Tensor> needed = new ArrayList<>(call.inputs());
    needed.addAll(LayerTensors.of(Optional.of(call.arguments())));
    return needed.stream().map(Node::of).toList();
  }
}
