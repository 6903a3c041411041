package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Identifiers;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * Variables and tensors one by one: what is left where a layer has a bias on one side alone, or
 * where a tensor is no part of a layer.
 */
final class SingleTensors {
  private SingleTensors() {}

  /** Each variable as a layer of its own, in the layouts that its own layer leaves open. */
  static List<Layer> of(List<Layer> layers) {
    List<Layer> singles = new ArrayList<>();
    for (Layer layer : layers) {
      for (String variable : layer.variables()) {
        List<Reading> readings = readings(layer, variable);
        if (!readings.isEmpty()) {
          singles.add(new Layer(Identifiers.segments(variable), "tensor", readings));
        }
      }
    }
    return singles;
  }

  private static List<Reading> readings(Layer layer, String variable) {
    List<Reading> readings = new ArrayList<>();
    for (Reading reading : layer.readings()) {
      for (Slot slot : reading.slots()) {
        if (slot.recipe().variables().equals(List.of(variable))) {
          readings.add(single(reading.kind(), slot.recipe()));
          boolean isMatrix = layer.isBare() && slot.shape().rank() == 2;
          if (isMatrix) {
            readings.add(single("transposed", Layouts.transpose(slot.recipe())));
          }
        }
      }
    }
    return readings;
  }

  private static Reading single(String kind, TensorExpr recipe) {
    return new Reading(kind, List.of(Slot.parameter("", recipe)));
  }

  static List<TargetModule> ofTensors(List<Variable> tensors) {
    return tensors.stream()
        .filter(t -> !t.name().endsWith("." + TargetModule.COUNTER))
        .map(t -> new TargetModule(t.name(), java.util.Map.of("", t)))
        .toList();
  }
}
