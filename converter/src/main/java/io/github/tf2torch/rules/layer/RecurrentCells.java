package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Config;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * RNN around a cell or several: the layer that has that cell, and one upon another. A step that is
 * masked leaves the states of all of them as they are, whichever comes first.
 */
public final class RecurrentCells implements LayerRule {
  private static final Map<String, String> LAYERS =
      Map.of("LSTMCell", "LSTM", "GRUCell", "GRU", "SimpleRNNCell", "SimpleRNN");

  @Override
  public Set<String> layers() {
    return Set.of("RNN");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    Recurrences.refuse(context);
    Settings settings = context.settings();
    boolean answersState = settings.flag(false, "return_state");
    Optional<Held> mask = Recurrences.mask(context);
    Held x = context.inOrder(context.input(), AxisOrder.identity(3));
    if (settings.flag(false, "go_backwards")) {
      x = Recurrences.flipped(x, context);
      mask = mask.map(m -> Recurrences.flipped(m, context));
    }
    List<Held> given = new ArrayList<>(Recurrences.given(context));
    List<Held> states = new ArrayList<>();
    List<Layer> cells = cells(layer, context);
    for (int i = 0; i < cells.size(); i++) {
      boolean isLast = i + 1 == cells.size();
      Layer cell = asLayer(cells.get(i), settings, answersState, isLast, context);
      List<Held> inputs = new ArrayList<>(List.of(x));
      int kept = given.isEmpty() ? 0 : cell.className().equals("LSTM") ? 2 : 1;
      inputs.addAll(given.subList(0, kept));
      given.subList(0, kept).clear();
      List<Held> results =
          mask.map(m -> context.apply(cell, inputs, m))
              .orElseGet(() -> context.apply(cell, inputs));
      x = results.get(0);
      states.addAll(results.subList(1, results.size()));
    }
    Held output = x;
    context.output(output);
    if (settings.flag(false, "return_sequences")) {
      context.mask(0).ifPresent(m -> context.mask(output, m));
    }
    for (int i = 0; i < states.size(); i++) {
      context.output(i + 1, states.get(i));
    }
  }

  private static List<Layer> cells(Layer layer, LayerContext context) {
    if (layer.layers().isEmpty()) {
      throw context.unsupported("has no cell");
    }
    Layer first = layer.layers().get(0);
    if (!first.className().equals("StackedRNNCells")) {
      return layer.layers();
    }
    requireOfKeras(first, context);
    if (new Settings(first.config()).flag(false, "reverse_state_order")) {
      throw context.unsupported("has cells with reverse_state_order=True");
    }
    return first.layers();
  }

  private static void requireOfKeras(Layer cell, LayerContext context) {
    if (cell.registered().isPresent()) {
      throw context.unsupported(
          "is around a "
              + cell.registered().get()
              + ", which is not Keras's own; a rule for a layer of your own class around it can be"
              + " added (samples/custom-layer)");
    }
  }

  /** The last one answers what the RNN does, the others every step. */
  private static Layer asLayer(
      Layer cell, Settings settings, boolean answersState, boolean isLast, LayerContext context) {
    String name = LAYERS.get(cell.className());
    requireOfKeras(cell, context);
    if (name == null) {
      throw context.unsupported("is around a " + cell.className() + ", which has no rule");
    }
    boolean isSequence = !isLast || settings.flag(false, "return_sequences");
    return changed(
        new Layer(name, cell.name(), cell.config(), cell.calls(), cell.weights(), cell.layers()),
        Map.of(
            "return_sequences",
            isSequence,
            "return_state",
            answersState,
            "zero_output_for_mask",
            isLast && settings.flag(false, "zero_output_for_mask")));
  }

  /** The layer with other settings. */
  static Layer changed(Layer layer, Map<String, Boolean> settings) {
    Map<String, Config> config = new LinkedHashMap<>();
    if (layer.config() instanceof Config.Fields fields) {
      config.putAll(fields.values());
    }
    settings.forEach((name, value) -> config.put(name, new Config.Bool(value)));
    return new Layer(
        layer.className(),
        layer.name(),
        new Config.Fields(config),
        layer.calls(),
        layer.weights(),
        layer.layers(),
        layer.registered());
  }
}
