package io.github.tf2torch.translate.mapping;

import io.github.tf2torch.model.source.Variable;
import io.github.tf2torch.rules.mapping.Layouts;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import io.github.tf2torch.translate.Identifiers;
import java.util.ArrayList;
import java.util.List;

/**
 * A variable in PyTorch's layout where no rule says which: as the source computes with it, else by
 * its name, with the target's shape as judge.
 */
final class UsualLayout {
  private UsualLayout() {}

  /**
   * The one way to lay it out that the target's shape allows.
   *
   * @throws IllegalArgumentException where there is none, or several that its name can't choose of
   */
  static TensorExpr of(Variable variable, Shape target, KnownLayouts known) {
    return known
        .tensor(variable.name())
        .filter(t -> t.shape().equals(target))
        .orElseGet(() -> byConvention(variable, target));
  }

  private static TensorExpr byConvention(Variable variable, Shape target) {
    TensorExpr stored = Ledger.stored(variable);
    List<String> fitting = new ArrayList<>();
    List<TensorExpr> results = new ArrayList<>();
    for (String name : transforms(variable)) {
      TensorExpr result = transformed(name, stored);
      if (result.shape().equals(target) && !results.contains(result)) {
        fitting.add(name);
        results.add(result);
      }
    }
    if (fitting.isEmpty()) {
      throw new IllegalArgumentException(
          "is %s, from which no convention leads to %s; say how with transform:"
              .formatted(variable.shape(), target));
    }
    if (fitting.size() > 1 && !isKernel(variable)) {
      throw new IllegalArgumentException(
          "is %s, which may be %s; say which with transform:"
              .formatted(variable.shape(), String.join(" or ", fitting)));
    }
    return results.get(0);
  }

  /** What TensorFlow calls the variable that a layer multiplies or convolves with. */
  private static boolean isKernel(Variable variable) {
    List<String> segments = Identifiers.segments(variable.name());
    return !segments.isEmpty()
        && segments.get(segments.size() - 1).matches("(depthwise_|pointwise_)?(kernel|weights)");
  }

  private static List<String> transforms(Variable variable) {
    boolean isDepthwise = variable.name().contains("depthwise");
    boolean isTable = variable.name().toLowerCase(java.util.Locale.ROOT).contains("embedding");
    return switch (variable.shape().rank()) {
      case 0, 1 -> List.of("stored");
      case 2 -> isTable && !isKernel(variable) ? List.of("stored") : List.of("transpose", "stored");
      default ->
          isDepthwise ? List.of("depthwise", "conv") : List.of("conv", "depthwise", "stored");
    };
  }

  private static TensorExpr transformed(String name, TensorExpr stored) {
    return switch (name) {
      case "transpose" -> Layouts.transpose(stored);
      case "conv" -> Layouts.convolution(stored);
      case "depthwise" -> Layouts.depthwise(stored);
      default -> stored;
    };
  }
}
