package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.mapping.Layer.Slot;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a rule says of one variable of a layer holds for the others: a bias goes by its kernel. */
final class Companions {
  private Companions() {}

  /**
   * Fills what is open of the modules that rules have begun to fill.
   *
   * @param layers of all variables, those that have gone somewhere too
   */
  static void join(List<Layer> layers, Ledger ledger) {
    List<TargetModule> modules = TargetModule.of(ledger.targets());
    Set<String> open = new HashSet<>();
    ledger.openVariables().forEach(v -> open.add(v.name()));
    for (Layer layer : layers) {
      boolean isBegun = layer.variables().stream().anyMatch(v -> !open.contains(v));
      if (isBegun && layer.variables().stream().anyMatch(open::contains)) {
        modules.stream()
            .filter(m -> holds(m, layer, ledger))
            .forEach(m -> fill(layer, m, open, ledger));
      }
    }
  }

  private static boolean holds(TargetModule module, Layer layer, Ledger ledger) {
    for (Map.Entry<String, Variable> tensor : module.tensors().entrySet()) {
      TensorExpr recipe = ledger.filled().get(tensor.getValue().name());
      boolean isSame =
          recipe != null
              && layer.reading().slots().stream()
                  .filter(s -> s.name().equals(tensor.getKey()))
                  .anyMatch(s -> s.recipe().variables().equals(recipe.variables()));
      if (isSame) {
        return true;
      }
    }
    return false;
  }

  private static void fill(Layer layer, TargetModule module, Set<String> open, Ledger ledger) {
    for (Slot slot : layer.reading().slots()) {
      Variable tensor = module.tensors().get(slot.name());
      boolean isOpen = tensor != null && ledger.openTargets().contains(tensor);
      if (isOpen
          && open.containsAll(slot.recipe().variables())
          && slot.recipe().shape().equals(tensor.shape())) {
        ledger.fill(tensor, slot.recipe(), module.path());
        ledger.assume(
            "%s: made of %s, as what is beside it"
                .formatted(tensor.name(), slot.recipe().describe()));
      }
    }
  }
}
