package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** TopKV2: the largest along the last axis, and where they were. Of equal ones any may be told. */
public final class Largest implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("TopKV2");
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.unflattened(0);
    TensorType type = x.type();
    long count = context.integers(1).get(0);
    List<Long> extents = new ArrayList<>(type.dims().extents());
    extents.set(type.rank() - 1, count);
    TensorType values = type.withDims(new Dims(extents));
    DType places = node.hasAttr("index_type") ? node.typeAttr("index_type") : DType.INT32;
    List<Held> both =
        context.assign(
            List.of("values", "indices"),
            Expr.aten(
                "topk",
                x.expr(),
                new Expr.IntLiteral(count),
                new Expr.IntLiteral(type.order().dimensionOf(type.rank() - 1))),
            List.of(values, values.withDtype(DType.INT64)));
    context.output(0, both.get(0));
    context.output(
        1,
        places == DType.INT64
            ? both.get(1)
            : context.assign(
                "indices",
                Expr.aten("to", both.get(1).expr(), new Expr.DTypeLiteral(places)),
                values.withDtype(places)));
  }
}
