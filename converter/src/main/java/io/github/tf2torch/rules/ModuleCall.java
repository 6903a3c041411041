package io.github.tf2torch.rules;

import io.github.tf2torch.model.target.TorchModule;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call of a module, which is made where no equal one with the same tensors exists.
 *
 * @param tensors the recipe of every parameter and buffer, by its name in the module
 * @param part what it is called within its layer, where the layer's name does not suffice: {@code
 *     conv}, {@code bn}
 * @param beside the module that one without tensors serves and is named after
 * @param scope the names of the layer and of the models around it; empty where the names of the
 *     variables say it
 */
public record ModuleCall(
    TorchModule module,
    Map<String, TensorExpr> tensors,
    String part,
    Optional<ModuleCall> beside,
    List<String> scope) {
  public ModuleCall {
    tensors = Map.copyOf(tensors);
    scope = List.copyOf(scope);
  }

  public ModuleCall(
      TorchModule module,
      Map<String, TensorExpr> tensors,
      String part,
      Optional<ModuleCall> beside) {
    this(module, tensors, part, beside, List.of());
  }

  public ModuleCall(TorchModule module, Map<String, TensorExpr> tensors, String part) {
    this(module, tensors, part, Optional.empty());
  }

  /** The same module as a part of a layer. */
  public ModuleCall within(List<String> layer) {
    return new ModuleCall(module, tensors, part, beside.map(b -> b.within(layer)), layer);
  }
}
