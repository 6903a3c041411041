package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recurrent layers named as PyTorch has them: the cell is the layer, and the layer that runs
 * backward is the second half of the one that runs forward, its tensors {@code _reverse}.
 */
final class BothWays {
  private static final String FORWARD = "forward_";
  private static final String BACKWARD = "backward_";

  private BothWays() {}

  static List<Layer> join(List<Layer> layers) {
    List<Layer> joined = new ArrayList<>();
    Set<Layer> used = new HashSet<>();
    for (Layer layer : layers) {
      if (!isRecurrent(layer)) {
        joined.add(layer);
      } else if (!used.contains(layer)) {
        Optional<Layer> backward = backward(layer, layers);
        backward.ifPresent(used::add);
        joined.add(backward.map(b -> both(layer, b)).orElse(withoutCell(layer)));
      }
    }
    joined.removeAll(used);
    return joined;
  }

  private static boolean isRecurrent(Layer layer) {
    return layer.has("weight_hh_l0");
  }

  private static Optional<Layer> backward(Layer layer, List<Layer> layers) {
    int at = forwardAt(layer);
    if (at < 0) {
      return Optional.empty();
    }
    String name = BACKWARD + layer.scope().get(at).substring(FORWARD.length());
    return layers.stream()
        .filter(l -> isRecurrent(l) && l.scope().size() > at)
        .filter(l -> l.scope().get(at).equals(name))
        .filter(l -> l.scope().subList(0, at).equals(layer.scope().subList(0, at)))
        .filter(l -> names(l).equals(names(layer)))
        .findFirst();
  }

  private static int forwardAt(Layer layer) {
    for (int i = 0; i < layer.scope().size(); i++) {
      if (layer.scope().get(i).startsWith(FORWARD)) {
        return i;
      }
    }
    return -1;
  }

  private static List<String> names(Layer layer) {
    return layer.reading().slots().stream().map(Slot::name).toList();
  }

  private static Layer both(Layer forward, Layer backward) {
    List<Slot> slots = new ArrayList<>(forward.reading().slots());
    for (Slot slot : backward.reading().slots()) {
      slots.add(new Slot(slot.name() + "_reverse", slot.kind(), slot.recipe()));
    }
    int at = forwardAt(forward);
    List<String> scope = at == 0 ? forward.scope().subList(0, 1) : forward.scope().subList(0, at);
    return new Layer(
        scope,
        forward.part(),
        List.of(new Reading("bidirectional " + forward.reading().kind(), slots)));
  }

  private static Layer withoutCell(Layer layer) {
    int last = layer.scope().size() - 1;
    boolean isCell =
        last > 0 && layer.scope().get(last).matches("(lstm|gru|simple_rnn)_cell(_\\d+)?");
    return isCell
        ? new Layer(layer.scope().subList(0, last), layer.part(), layer.readings())
        : layer;
  }
}
