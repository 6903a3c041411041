package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Layer;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.LayerRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.List;
import java.util.Set;

/** Masking: steps whose features all have one value are zeroed, and what follows is told. */
public final class Maskings implements LayerRule {
  @Override
  public Set<String> layers() {
    return Set.of("Masking");
  }

  @Override
  public void translate(Layer layer, LayerContext context) {
    int rank = context.input().type().rank();
    Held x = context.inOrder(context.input(), AxisOrder.identity(rank));
    float value = context.settings().number(0, "mask_value");
    List<Long> extents = x.type().dims().extents();
    Expr differs = Expr.aten("ne", x.expr(), Activations.number(value));
    Held mask =
        context.assign(
            "mask",
            Expr.aten("any", differs, new Expr.IntLiteral(-1)),
            TensorType.plain(DType.BOOL, new Dims(extents.subList(0, rank - 1))));
    Held y =
        context.assign(
            Expr.aten(
                "mul", x.expr(), Expr.aten("unsqueeze", mask.expr(), new Expr.IntLiteral(-1))),
            x.type());
    context.output(y);
    context.mask(y, mask);
  }
}
