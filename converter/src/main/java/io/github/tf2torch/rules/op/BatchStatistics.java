package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * FusedBatchNorm that is no module: it normalizes by the batch whatever the mode, or its statistics
 * are read. The averages that it gives are {@code (1 - factor) * old + factor * batch}, of Bessel's
 * variance (tensorflow/core/kernels/fused_batch_norm_op.cc).
 */
public final class BatchStatistics implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return isChannelsLast(node) ? InputOrder.CHANNELS_FIRST : InputOrder.TENSORFLOW;
  }

  private static boolean isChannelsLast(Node node) {
    return !node.textAttr("data_format").startsWith("NC");
  }

  @Override
  public void translate(Node node, OpContext context) {
    int rank = context.dims(0).rank();
    Held x =
        context.held(
            0, isChannelsLast(node) ? AxisOrder.channelsFirst(rank) : AxisOrder.identity(rank));
    boolean isTraining = node.boolAttr("is_training");
    Expr normalized =
        Expr.aten(
            "batch_norm",
            x.expr(),
            context.held(1).expr(),
            context.held(2).expr(),
            isTraining ? new Expr.NoneLiteral() : context.held(3).expr(),
            isTraining ? new Expr.NoneLiteral() : context.held(4).expr(),
            new Expr.BoolLiteral(isTraining),
            new Expr.FloatLiteral(0),
            new Expr.FloatLiteral(node.floatAttr("epsilon")),
            new Expr.BoolLiteral(false));
    context.output(0, context.assign("normalized", normalized, x.type()));
    for (int statistic : List.of(1, 2)) {
      if (context.isRead(statistic)) {
        context.output(
            statistic,
            isTraining ? average(statistic, x, node, context) : context.input(statistic + 2));
      }
    }
    for (int saved : List.of(3, 4, 5)) {
      if (context.isRead(saved)) {
        throw context.unsupported("output " + saved + ", which TensorFlow keeps for the gradient");
      }
    }
  }

  private static Held average(int statistic, Held x, Node node, OpContext context) {
    Expr axes = Expr.ints(IntStream.range(0, x.type().rank()).filter(d -> d != 1).boxed().toList());
    Expr batch =
        statistic == 1
            ? Expr.aten("mean", x.expr(), axes)
            : Expr.aten("var", x.expr(), axes, new Expr.BoolLiteral(true));
    float factor =
        node.hasAttr("exponential_avg_factor") ? node.floatAttr("exponential_avg_factor") : 1;
    if (factor != 1) {
      Expr old = context.held(statistic + 2).expr();
      batch = Expr.aten("lerp", old, batch, new Expr.FloatLiteral(factor));
    }
    long channels = x.type().dims().extent(x.type().order().axes().get(1));
    return context.assign(
        statistic == 1 ? "mean" : "variance",
        batch,
        TensorType.plain(x.type().dtype(), Dims.of(channels)));
  }
}
