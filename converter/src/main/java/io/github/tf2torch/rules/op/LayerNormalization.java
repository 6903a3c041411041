package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.nn.LayerNorm;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The node that fusion makes of layer normalization over the last axis: {@code nn.LayerNorm}. */
public final class LayerNormalization implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(Node.FUSED + "LayerNorm");
  }

  @Override
  public void translate(Node node, OpContext context) {
    int rank = context.dims(0).rank();
    Held x = context.inOrder(context.unflattened(0), AxisOrder.identity(rank));
    boolean scale = node.boolAttr("scale");
    TensorExpr first = vector(1, context);
    Shape shape = first.shape();
    TensorExpr gamma = scale ? first : new TensorExpr.Fill(first.dtype(), shape, 1);
    TensorExpr beta =
        node.boolAttr("center")
            ? vector(scale ? 2 : 1, context)
            : new TensorExpr.Fill(first.dtype(), shape, 0);
    LayerNorm module = new LayerNorm(shape.dims(), node.floatAttr("epsilon"), first.dtype());
    Map<String, TensorExpr> tensors = Map.of("weight", gamma, "bias", beta);
    context.output(0, context.call(new ModuleCall(module, tensors, "norm"), x, x.type()));
  }

  private static TensorExpr vector(int index, OpContext context) {
    TensorExpr stored =
        context
            .weight(index)
            .orElseThrow(
                () -> context.unsupported("input " + index + " is neither variable nor constant"));
    return Refolding.reshape(stored, List.of(stored.shape().count()));
  }
}
