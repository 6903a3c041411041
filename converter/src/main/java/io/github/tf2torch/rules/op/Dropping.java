package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The node that fusion makes of dropout under a training flag: {@code nn.Dropout}. */
public final class Dropping implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(Node.FUSED + "Dropout");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.held(0);
    if (node.hasAttr("noise_shape") && !isWhole(node.intsAttr("noise_shape"), x.type().dims())) {
      throw context.unsupported("dropout of shape " + node.intsAttr("noise_shape"));
    }
    Dropout module = new Dropout(node.floatAttr("rate"));
    context.output(0, context.call(new ModuleCall(module, Map.of(), "dropout"), x, x.type()));
  }

  /** Whether every element is dropped on its own, and none with a neighbour. */
  private static boolean isWhole(List<Long> noise, Dims dims) {
    return noise.size() == dims.rank()
        && java.util.stream.IntStream.range(0, noise.size())
            .allMatch(a -> noise.get(a) != 1 || dims.extent(a) == 1);
  }
}
