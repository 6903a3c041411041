package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Layer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The order of variables by the calls of Keras's layers; within a layer there is none. */
final class KerasFlow implements Flow {
  /** The layers that a variable is in, from the model down. */
  private final Map<String, List<Layer>> places = new HashMap<>();

  KerasFlow(Layer root) {
    collect(root, List.of(root));
  }

  private void collect(Layer layer, List<Layer> path) {
    layer.weights().forEach(w -> places.put(w, path));
    for (Layer part : layer.layers()) {
      List<Layer> below = new ArrayList<>(path);
      below.add(part);
      collect(part, List.copyOf(below));
    }
  }

  @Override
  public boolean isBefore(String first, String second) {
    List<Layer> from = places.getOrDefault(first, List.of());
    List<Layer> to = places.getOrDefault(second, List.of());
    int depth = 0;
    while (depth < Math.min(from.size(), to.size()) && from.get(depth).equals(to.get(depth))) {
      depth++;
    }
    return depth > 0
        && depth < Math.min(from.size(), to.size())
        && reaches(from.get(depth - 1), from.get(depth), to.get(depth));
  }

  private static boolean reaches(Layer model, Layer first, Layer second) {
    if (model.className().equals("Sequential")) {
      return model.layers().indexOf(first) < model.layers().indexOf(second);
    }
    Map<String, Layer> byName = new HashMap<>();
    model.layers().forEach(l -> byName.put(l.name(), l));
    Deque<Layer> left = new ArrayDeque<>(List.of(second));
    Set<String> met = new HashSet<>();
    while (!left.isEmpty()) {
      for (Layer.Call call : left.remove().calls()) {
        for (Layer.Tensor input : call.inputs()) {
          Layer before = byName.get(input.layer());
          if (input.layer().equals(first.name())) {
            return true;
          }
          if (before != null && met.add(before.name())) {
            left.add(before);
          }
        }
      }
    }
    return false;
  }
}
