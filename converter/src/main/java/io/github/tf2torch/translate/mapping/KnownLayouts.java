package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.TfModel;
import io.github.tf2torch.model.target.TorchModel;
import io.github.tf2torch.problem.BadRequest;
import io.github.tf2torch.problem.UnsupportedFile;
import io.github.tf2torch.problem.UnsupportedOperation;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.TranslationOptions;
import io.github.tf2torch.translate.Translator;
import io.github.tf2torch.translate.mapping.Layer.Reading;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the source's own computation wants its variables held in PyTorch: which layer is a depthwise
 * convolution, which matrix follows a flattened image of which extents.
 */
final class KnownLayouts {
  static final KnownLayouts NONE = new KnownLayouts();

  private final Map<Set<String>, Reading> modules = new HashMap<>();
  private final Map<String, TensorExpr> tensors = new HashMap<>();

  private KnownLayouts() {}

  /**
   * What a translation of the graph or of the layers says; nothing where there is neither, or none
   * that has a translation.
   */
  static KnownLayouts of(TfModel model) {
    if (model.graph().nodes().isEmpty() && model.keras().isEmpty()) {
      return NONE;
    }
    try {
      TranslationOptions options = new TranslationOptions("Model", false, false);
      return of(Translator.translate(model, options).model());
    } catch (UnsupportedOperation | UnsupportedFile | BadRequest e) {
      return NONE;
    }
  }

  private static KnownLayouts of(TorchModel model) {
    KnownLayouts known = new KnownLayouts();
    Map<String, List<TorchModel.Tensor>> byModule =
        model.tensors().stream()
            .filter(t -> t.name().contains("."))
            .collect(Collectors.groupingBy(t -> t.name().substring(0, t.name().lastIndexOf('.'))));
    UnflattenedRows unflattened = UnflattenedRows.of(model);
    for (TorchModel.Instance instance : model.modules()) {
      List<TorchModel.Tensor> held = byModule.getOrDefault(instance.path(), List.of());
      List<Slot> stored = new ArrayList<>();
      for (TorchModel.Tensor tensor : held) {
        String leaf = tensor.name().substring(instance.path().length() + 1);
        stored.add(new Slot(leaf, tensor.kind(), tensor.recipe()));
      }
      Reading reading =
          unflattened.reordered(
              instance.path(), new Reading(instance.module().pythonClass(), stored));
      List<Slot> slots = reading.slots();
      for (Slot slot : slots) {
        if (slot.recipe().variables().size() == 1) {
          known.tensors.put(slot.recipe().variables().get(0), slot.recipe());
        }
      }
      Set<String> variables =
          slots.stream()
              .flatMap(s -> s.recipe().variables().stream())
              .collect(Collectors.toUnmodifiableSet());
      if (!variables.isEmpty()) {
        known.modules.put(variables, reading);
      }
    }
    return known;
  }

  /** The variable as its own layer holds it. */
  Optional<TensorExpr> tensor(String variable) {
    return Optional.ofNullable(tensors.get(variable));
  }

  /** Whether the computation says how the layer is held. */
  boolean isOf(Layer layer) {
    return modules.containsKey(Set.copyOf(layer.variables()));
  }

  /** The layer in the one reading that is right, where the computation says which. */
  Layer layer(Layer layer) {
    Reading reading = modules.get(Set.copyOf(layer.variables()));
    return reading == null ? layer : new Layer(layer.scope(), layer.part(), List.of(reading));
  }
}
