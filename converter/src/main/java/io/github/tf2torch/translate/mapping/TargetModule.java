package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tensors of the target that one module holds.
 *
 * @param path dotted; a tensor that no module of PyTorch's has is one of its own
 * @param tensors by what the module calls them; the name is empty where the module is that tensor
 */
record TargetModule(String path, Map<String, Variable> tensors) {
  /** Counted where a model trains; says nothing of what it computes. */
  static final String COUNTER = "num_batches_tracked";

  private static final String SLOT =
      "weight|bias|running_mean|running_var|num_batches_tracked"
          + "|(weight|bias)_(ih|hh)_l\\d+(_reverse)?";

  /** A tensor of {@code nn.LSTM}, {@code nn.GRU} or {@code nn.RNN}, and of which of its layers. */
  private static final Pattern RECURRENT =
      Pattern.compile("((?:weight|bias)_(?:ih|hh))_l(\\d+)(_reverse)?");

  /** One of {@code nn.LSTMCell} and its like. */
  private static final Pattern CELL = Pattern.compile("(weight|bias)_(ih|hh)");

  TargetModule {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** In the order of the tensors. */
  static List<TargetModule> of(List<Variable> tensors) {
    Map<String, Map<String, Variable>> modules = new LinkedHashMap<>();
    for (Variable tensor : tensors) {
      int dot = tensor.name().lastIndexOf('.');
      String leaf = slot(tensor.name().substring(dot + 1));
      boolean isSlot = dot > 0 && leaf.matches(SLOT);
      modules
          .computeIfAbsent(
              isSlot ? tensor.name().substring(0, dot) : tensor.name(), p -> new LinkedHashMap<>())
          .put(isSlot ? leaf : "", tensor);
    }
    List<TargetModule> all = new ArrayList<>();
    modules.forEach((path, slots) -> all.addAll(new TargetModule(path, slots).layers()));
    return all;
  }

  /**
   * Early files of the transformers library call them as TensorFlow does; a cell's are those of one
   * layer.
   */
  private static String slot(String leaf) {
    return switch (leaf) {
      case "gamma" -> "weight";
      case "beta" -> "bias";
      default -> CELL.matcher(leaf).matches() ? leaf + "_l0" : leaf;
    };
  }

  /** Each layer of a recurrent module as a module of one; itself where it has no more. */
  private List<TargetModule> layers() {
    Map<String, Map<String, Variable>> layers = new LinkedHashMap<>();
    tensors.forEach(
        (slot, tensor) -> {
          Matcher m = RECURRENT.matcher(slot);
          String layer = m.matches() ? "l" + m.group(2) : "";
          String inLayer = m.matches() ? m.replaceFirst("$1_l0$3") : slot;
          layers.computeIfAbsent(layer, l -> new LinkedHashMap<>()).put(inLayer, tensor);
        });
    if (layers.size() < 2) {
      return List.of(this);
    }
    List<TargetModule> all = new ArrayList<>();
    layers.forEach(
        (layer, slots) ->
            all.add(new TargetModule(layer.isEmpty() ? path : path + "." + layer, slots)));
    return all;
  }

  /** The path of what it is part of; empty at the root. */
  String parent() {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  /** What it is called there. */
  String leaf() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** What has to be there to fill it: {@code {bias=[4], weight=[4, 3, 3, 3]}}. */
  Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    tensors.forEach((slot, tensor) -> shapes.put(slot, tensor.shape()));
    shapes.remove(COUNTER);
    return shapes;
  }
}
