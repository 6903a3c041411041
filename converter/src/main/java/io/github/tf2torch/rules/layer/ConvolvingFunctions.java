package io.github.tf2torch.rules.layer;

import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.Settings;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Map;

/** Convolutions as functions, with kernels that are constants of the call. */
final class ConvolvingFunctions {
  static final Map<String, FunctionRule> TABLE =
      Map.of(
          "Conv", (options, context) -> convolved(false, context),
          "DepthwiseConv", (options, context) -> convolved(true, context),
          "SeparableConv", ConvolvingFunctions::separable);

  private ConvolvingFunctions() {}

  private static TensorExpr kernel(int place, LayerContext context) {
    if (place < context.positional().size()
        && context.positional().get(place).tensor().isEmpty()
        && Operands.value(context.positional().get(place), context) instanceof Value.Weight w) {
      return w.recipe();
    }
    throw context.unsupported("convolves with a kernel that is computed");
  }

  private static Value convolved(boolean isDepthwise, LayerContext context) {
    Operands.requireFloating(context);
    Held x = context.input();
    int spatial = x.type().rank() - 2;
    return Convolutions.apply(x, kernel(1, context), isDepthwise, spatial, List.of(), context);
  }

  private static Value separable(Settings options, LayerContext context) {
    Operands.requireFloating(context);
    return Convolutions.separable(
        context.input().type().rank() - 2, kernel(1, context), kernel(2, context), context);
  }
}
