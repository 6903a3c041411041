package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import java.util.Set;

/** The node that fusion leaves of a choice by the training flag which no layer of PyTorch makes. */
public final class AtInference implements OpRule {
  /** What the account says of such a choice. */
  public static final String IN_TRAINING_TOO = "computed as at inference, in training too";

  @Override
  public Set<String> ops() {
    return Set.of(Node.FUSED + "AtInference");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    context.assume(
        "%s is %s: what the flag chooses there is no layer"
            .formatted(node.textAttr("choice"), IN_TRAINING_TOO));
    context.output(0, context.input(0));
  }
}
