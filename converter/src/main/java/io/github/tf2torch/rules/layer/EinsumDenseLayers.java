package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** EinsumDense: {@code torch.einsum} by the layer's own equation. */
public final class EinsumDenseLayers implements LayerRule {
  private static final String DOTS = "...";

  @Override
  public Set<String> layers() {
    return Set.of("EinsumDense");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    String equation = context.settings().text("", "equation").replace(" ", "");
    if (!equation.contains("->")) {
      throw context.unsupported("has equation \"" + equation + "\"");
    }
    Value y =
        context.op(
            "Einsum",
            Map.of("equation", Attrs.of(equation)),
            List.of(context.input(), Attrs.weight(context.weight(0, "kernel"))));
    String axes = context.settings().text("", "bias_axes");
    if (!axes.isEmpty()) {
      String result = equation.substring(equation.indexOf("->") + 2);
      TensorExpr bias = shaped(context.weight(1, "bias"), axes, result, (Held) y);
      y = context.op("AddV2", Map.of(), List.of(y, Attrs.weight(bias)));
    }
    context.output(Activations.of((Held) y, context, "activation"));
  }

  /** With an axis of one where the bias has none, from its first axis on. */
  private static TensorExpr shaped(TensorExpr bias, String axes, String result, Held y) {
    int rank = y.type().rank();
    int dots = result.indexOf(DOTS);
    int elided = rank - result.replace(DOTS, "").length();
    List<Long> extents = new ArrayList<>(Collections.nCopies(rank, 1L));
    int first = rank;
    for (char axis : axes.toCharArray()) {
      int at = result.indexOf(axis);
      int place = dots >= 0 && at > dots ? at - DOTS.length() + elided : at;
      extents.set(place, y.type().dims().extent(place));
      first = Math.min(first, place);
    }
    Shape shape = new Shape(extents.subList(first, rank));
    return bias.shape().equals(shape) ? bias : new TensorExpr.Reshape(bias, shape);
  }
}
