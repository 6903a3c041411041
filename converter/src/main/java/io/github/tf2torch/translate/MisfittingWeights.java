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
import java.util.Optional;
import java.util.Set;

/**
 * Refuses a file of Keras whose weights are not those that its configuration speaks of, as Keras
 * does when it loads one.
 */
final class MisfittingWeights {
  private static final Set<String> AROUND_ALL =
      Set.of("Sequential", "Functional", "Model", "TimeDistributed", "Bidirectional");

  private final Map<String, Variable> variables;

  MisfittingWeights(Map<String, Variable> variables) {
    this.variables = variables;
  }

  /** Told of all layers together, as far as their configurations say it. */
  static void refuse(TfModel model) {
    Map<String, Variable> variables = new HashMap<>();
    model.variables().forEach(v -> variables.putIfAbsent(v.name(), v));
    List<String> found = new ArrayList<>();
    Layer root = model.keras().orElseThrow().root();
    if (LayerWalk.isModel(root)) {
      new MisfittingWeights(variables).collect(root, LayerPath.ROOT, found);
    }
    refuse(model.provenance().path() + ": ", found);
  }

  /** Told of a layer that is given so much. */
  void refuse(Layer layer, LayerPath path, List<Long> input) {
    List<String> found = new ArrayList<>();
    misfit(layer, path, input).ifPresent(found::add);
    for (Layer part :
        layer.className().equals("Bidirectional") ? layer.layers() : List.<Layer>of()) {
      misfit(part, path.below(part.name()), input).ifPresent(found::add);
    }
    refuse("", found);
  }

  private static void refuse(String file, List<String> found) {
    if (!found.isEmpty()) {
      throw new DamagedFile(
          file
              + "the configuration and the weights are of different models:\n"
              + String.join("\n", found)
              + "\n"
              + "Keras refuses to load it as well. Save the model again; one that was never built"
              + " has no weights.");
    }
  }

  private void collect(Layer around, LayerPath path, List<String> found) {
    for (Layer layer : around.layers()) {
      LayerPath place = path.below(layer.name());
      if (AROUND_ALL.contains(layer.className()) && layer.registered().isEmpty()) {
        collect(layer, place, found);
      }
      misfit(layer, place, List.of()).ifPresent(found::add);
    }
  }

  private Optional<String> misfit(Layer layer, LayerPath path, List<Long> input) {
    return WeightShapes.of(layer, input)
        .filter(expected -> !fit(expected, stored(layer)))
        .map(
            expected ->
                "  "
                    + path
                    + " ("
                    + layer.className()
                    + "): its configuration "
                    + (input.isEmpty() ? "asks" : "and its input ask")
                    + " for "
                    + listed(expected)
                    + ", and the file has "
                    + listed(stored(layer)));
  }

  private static boolean fit(
      List<WeightShapes.Expected> expected, List<WeightShapes.Expected> stored) {
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
