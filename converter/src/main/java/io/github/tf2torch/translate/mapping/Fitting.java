package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Whether a layer's tensors are those of a module, by their names within it and their shapes. */
final class Fitting {
  private Fitting() {}

  /** The ways in which the layer fills the module; none where it is another kind, or size. */
  static List<Map<String, TensorExpr>> ways(Layer layer, TargetModule module) {
    List<Map<String, TensorExpr>> ways = new ArrayList<>();
    Map<String, Shape> wanted = module.shapes();
    for (Reading reading : layer.readings()) {
      Map<String, TensorExpr> recipes = recipes(reading, module);
      Map<String, Shape> shapes = new LinkedHashMap<>();
      recipes.forEach((slot, recipe) -> shapes.put(slot, recipe.shape()));
      if (shapes.equals(wanted) && !ways.contains(recipes)) {
        ways.add(recipes);
      }
    }
    return ways;
  }

  /** The first reading in which it fits. */
  static Reading reading(Layer layer, TargetModule module) {
    return layer.readings().stream()
        .filter(r -> fits(new Layer(layer.scope(), layer.part(), List.of(r)), module))
        .findFirst()
        .orElseThrow();
  }

  static boolean fits(Layer layer, TargetModule module) {
    return !ways(layer, module).isEmpty();
  }

  /** A batch normalization without scale and shift is one with 1 and 0. */
  private static Map<String, TensorExpr> recipes(Reading reading, TargetModule module) {
    Map<String, TensorExpr> recipes = new LinkedHashMap<>();
    for (Slot slot : reading.slots()) {
      if (!slot.name().equals(TargetModule.COUNTER)) {
        recipes.put(slot.name(), slot.recipe());
      }
    }
    if (recipes.containsKey("running_mean") && !recipes.containsKey("weight")) {
      one(module, "weight", 1, recipes);
      one(module, "bias", 0, recipes);
    }
    return recipes;
  }

  private static void one(
      TargetModule module, String slot, double value, Map<String, TensorExpr> recipes) {
    if (module.tensors().containsKey(slot)) {
      Variable tensor = Objects.requireNonNull(module.tensors().get(slot));
      recipes.put(slot, new TensorExpr.Fill(tensor.dtype(), tensor.shape(), value));
    }
  }
}
