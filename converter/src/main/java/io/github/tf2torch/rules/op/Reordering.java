package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Set;

/** Transpose: the tensor stays as it is held, only its axes get other numbers. */
public final class Reordering implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Transpose");
  }

  @Override
  public void translate(Node node, OpContext context) {
    List<Integer> axes = context.integers(1).stream().map(Math::toIntExact).toList();
    if (context.input(0) instanceof Value.Weight w) {
      context.output(0, new Value.Weight(Refolding.permute(w.recipe(), axes)));
      return;
    }
    Held x = context.unflattened(0);
    Dims dims = new Dims(axes.stream().map(a -> x.type().dims().extent(a)).toList());
    AxisOrder order = new AxisOrder(x.type().order().axes().stream().map(axes::indexOf).toList());
    context.output(0, new Held(x.expr(), new TensorType(x.type().dtype(), dims, order)));
  }
}
