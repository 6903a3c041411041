package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.Set;

/**
 * Softmax cross entropy of rows, with labels as classes or as probabilities. TensorFlow's gradient
 * takes it that the probabilities of a row add up to 1; there both are the same.
 */
public final class CrossEntropy implements OpRule {
  /** {@code at::Reduction::None}. */
  private static final int NOT_REDUCED = 0;

  /** No class has the number that PyTorch leaves out by default. */
  private static final int IGNORED = -100;

  @Override
  public Set<String> ops() {
    return Set.of("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits");
  }

  @Override
  public void translate(Node node, OpContext context) {
    if (context.isRead(1)) {
      throw context.unsupported("its gradient is read as a value");
    }
    Held logits = context.held(0, AxisOrder.identity(context.dims(0).rank()));
    Held labels = context.held(1, AxisOrder.identity(context.dims(1).rank()));
    Expr wanted =
        node.op().startsWith("Sparse") && labels.type().dtype() != DType.INT64
            ? Expr.aten("to", labels.expr(), new Expr.DTypeLiteral(DType.INT64))
            : labels.expr();
    Expr.Aten loss =
        Expr.aten(
            "cross_entropy_loss",
            logits.expr(),
            wanted,
            new Expr.NoneLiteral(),
            new Expr.IntLiteral(NOT_REDUCED),
            new Expr.IntLiteral(IGNORED),
            new Expr.FloatLiteral(0));
    TensorType type =
        TensorType.plain(logits.type().dtype(), Dims.of(logits.type().dims().extent(0)));
    context.output(0, context.assign("cross_entropy", loss, type));
  }
}
