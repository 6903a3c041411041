package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import java.util.Set;

/** Ops that answer what they are given. */
public final class Passing implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of(
        "Identity",
        "StopGradient",
        "PreventGradient",
        "Snapshot",
        "EnsureShape",
        "CheckNumerics",
        "PlaceholderWithDefault");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    context.output(0, context.input(0));
  }
}
