package io.github.tf2torch.translate.mapping;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Batch normalizations found by what they normalize: where a convolution has its place, the
 * normalization directly behind it has that behind the module. A shortcut's is told from those of
 * the main branch so, which are of the same size.
 *
 * @param modules in the order of registration
 * @param isBefore whether the one layer goes into the other
 */
record BehindConvolution(List<TargetModule> modules, BiPredicate<Layer, Layer> isBefore) {
  private static final String MEAN = "running_mean";

  BehindConvolution {
    modules = List.copyOf(modules);
  }

  /** The places of those of {@code open} that follow from what is {@code placed}. */
  Map<Layer, TargetModule> places(
      List<Layer> open, List<Layer> layers, Map<Layer, TargetModule> placed) {
    Map<Layer, TargetModule> found = new LinkedHashMap<>();
    for (Layer layer : open) {
      if (isNormalization(layer)) {
        inFront(layer, layers)
            .filter(placed::containsKey)
            .flatMap(l -> behind(placed.get(l)))
            .filter(m -> Fitting.fits(layer, m))
            .filter(m -> !placed.containsValue(m) && !found.containsValue(m))
            .ifPresent(m -> found.put(layer, m));
      }
    }
    return found;
  }

  private static boolean isNormalization(Layer layer) {
    return layer.has(MEAN);
  }

  /** The one layer that all others in front of it have gone into. */
  private Optional<Layer> inFront(Layer layer, List<Layer> layers) {
    List<Layer> before = layers.stream().filter(l -> isBefore.test(l, layer)).toList();
    Optional<Layer> last = before.stream().reduce((a, b) -> isBefore.test(a, b) ? b : a);
    return last.filter(
        l ->
            !isNormalization(l)
                && before.stream().allMatch(o -> o.equals(l) || isBefore.test(o, l)));
  }

  /**
   * The normalization that is registered next in the same parent. None where the parent has several
   * one after the other: then it is not each behind its own.
   */
  private Optional<TargetModule> behind(TargetModule module) {
    List<TargetModule> siblings = new ArrayList<>();
    for (TargetModule other : modules) {
      if (other.parent().equals(module.parent())) {
        siblings.add(other);
      }
    }
    for (int i = 1; i < siblings.size(); i++) {
      if (isNormalization(siblings.get(i)) && isNormalization(siblings.get(i - 1))) {
        return Optional.empty();
      }
    }
    int next = siblings.indexOf(module) + 1;
    return next > 0 && next < siblings.size() && isNormalization(siblings.get(next))
        ? Optional.of(siblings.get(next))
        : Optional.empty();
  }

  private static boolean isNormalization(TargetModule module) {
    return module.tensors().containsKey(MEAN);
  }
}
