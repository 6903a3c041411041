package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.source.Role;
import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.problem.DamagedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses a file of Keras whose weights are not those that its configuration speaks of, as Keras
 * does when it loads one.
 */
final class MisfittingWeights {
  private static final Set<String> AROUND_ALL =
      Set.of("Sequential", "Functional", "Model", "TimeDistributed");

  private final Map<String, Variable> variables;
  private final List<String> found = new ArrayList<>();

  private MisfittingWeights(Map<String, Variable> variables) {
    this.variables = variables;
  }

  static void refuse(TfModel model) {
    Map<String, Variable> variables = new HashMap<>();
    model.variables().forEach(v -> variables.putIfAbsent(v.name(), v));
    MisfittingWeights all = new MisfittingWeights(variables);
    Layer root = model.keras().orElseThrow().root();
    if (LayerWalk.isModel(root)) {
      all.collect(root, LayerPath.ROOT);
    }
    if (!all.found.isEmpty()) {
      throw new DamagedFile(
          model.provenance().path()
              + ": the configuration and the weights are of different models:\n"
              + String.join("\n", all.found)
              + "\n"
              + "Keras refuses to load it as well. Save the model again; one that was never built"
              + " has no weights.");
    }
  }

  private void collect(Layer around, LayerPath path) {
    for (Layer layer : around.layers()) {
      LayerPath place = path.below(layer.name());
      if (AROUND_ALL.contains(layer.className()) && layer.registered().isEmpty()) {
        collect(layer, place);
      }
      WeightShapes.of(layer)
          .filter(expected -> !fit(expected, layer))
          .ifPresent(
              expected ->
                  found.add(
                      "  "
                          + place
                          + " ("
                          + layer.className()
                          + "): its configuration asks for "
                          + listed(expected)
                          + ", and the file has "
                          + listed(stored(layer))));
    }
  }

  private boolean fit(List<WeightShapes.Expected> expected, Layer layer) {
    List<WeightShapes.Expected> stored = stored(layer);
    boolean fits = stored.size() == expected.size();
    for (int i = 0; fits && i < stored.size(); i++) {
      fits = expected.get(i).fits(stored.get(i).extents());
    }
    return fits;
  }

  private List<WeightShapes.Expected> stored(Layer layer) {
    return layer.weights().stream()
        .filter(variables::containsKey)
        .map(variables::get)
        // the state of a generator is no weight
        .filter(v -> v.role() != Role.OTHER)
        .map(
            v ->
                new WeightShapes.Expected(
                    v.name().substring(v.name().lastIndexOf('/') + 1), v.shape().dims()))
        .toList();
  }

  private static String listed(List<WeightShapes.Expected> all) {
    return all.isEmpty()
        ? "none"
        : String.join(", ", all.stream().map(WeightShapes.Expected::toString).toList());
  }
}
