package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.TensorFile;
import io.github.tf2torch.model.source.Variable;
import java.util.List;
import java.util.Optional;

/**
 * The order of a target's modules. PyTorch keeps that in which they were registered, as a rule that
 * of their computation; safetensors sorts by name, where only numbers tell.
 *
 * @param isRegistered whether the file is in PyTorch's own order
 */
record ModuleOrder(boolean isRegistered) {
  static ModuleOrder of(TensorFile target) {
    List<String> names = target.variables().stream().map(Variable::name).toList();
    boolean isSorted = names.equals(names.stream().sorted().toList());
    return new ModuleOrder(
        !isSorted && !target.provenance().format().startsWith("safetensors")
            || target.provenance().format().startsWith("PyTorch"));
  }

  /**
   * The modules in order; empty where it isn't known of two of them which comes first, or where
   * their numbers contradict it.
   */
  Optional<List<TargetModule>> sorted(List<TargetModule> modules) {
    if (isRegistered) {
      return isContradicted(modules) ? Optional.empty() : Optional.of(modules);
    }
    List<TargetModule> sorted =
        modules.stream()
            .sorted((a, b) -> NaturalOrder.INSTANCE.compare(a.path(), b.path()))
            .toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (!differsByNumberFirst(sorted.get(i - 1).path(), sorted.get(i).path())) {
        return Optional.empty();
      }
    }
    return Optional.of(sorted);
  }

  private static boolean isContradicted(List<TargetModule> registered) {
    for (int i = 1; i < registered.size(); i++) {
      String before = registered.get(i - 1).path();
      String path = registered.get(i).path();
      if (differsByNumberFirst(before, path) && NaturalOrder.INSTANCE.compare(before, path) > 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean differsByNumberFirst(String a, String b) {
    List<String> left = NaturalOrder.pieces(a);
    List<String> right = NaturalOrder.pieces(b);
    int i = 0;
    while (i < Math.min(left.size(), right.size()) && left.get(i).equals(right.get(i))) {
      i++;
    }
    return i < Math.min(left.size(), right.size())
        && NaturalOrder.isNumber(left.get(i))
        && NaturalOrder.isNumber(right.get(i));
  }
}
