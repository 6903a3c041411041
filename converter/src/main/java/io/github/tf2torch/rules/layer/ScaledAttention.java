package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.nn.Dropout;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.ModuleCall;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Softmax of the products of queries and keys, by which values are averaged.
 *
 * @param zeroesHidden whether a query that sees no value answers zeros, and not their mean
 */
record ScaledAttention(
    LayerContext context, AttentionMask mask, float dropout, boolean zeroesHidden) {
  /** A hidden score, as the layer Softmax has it. */
  private static final float LOW = -1e9f;

  /** Of shapes (..., queries or values, depth): the answers and, where asked, the weights. */
  List<Held> of(Held q, Held k, Held v, boolean isScored) {
    // PyTorch's function has another answer and gradient where a query sees nothing at all
    boolean isSimple = dropout == 0 && !isScored && mask.given().isEmpty() && mask.window() == 0;
    return isSimple ? List.of(fused(q, k, v)) : stepwise(q, k, v);
  }

  private Held fused(Held q, Held k, Held v) {
    List<Expr> arguments = new ArrayList<>(List.of(q.expr(), k.expr(), v.expr()));
    if (mask.isCausal()) {
      arguments.add(new Expr.NoneLiteral());
      arguments.add(new Expr.FloatLiteral(0));
      arguments.add(new Expr.BoolLiteral(true));
    }
    double root = 1 / Math.sqrt(depth(q));
    if (root != (float) root) {
      // PyTorch would scale by the float64, Keras multiplies by the float32
      arguments.add(new Expr.Keyword("scale", new Expr.FloatLiteral((float) root)));
    }
    return context.assign(
        "attention",
        new Expr.Aten("scaled_dot_product_attention", arguments),
        q.type().withDims(dims(q, v.type().dims().extent(v.type().rank() - 1))));
  }

  private static long depth(Held q) {
    return q.type().dims().extent(q.type().rank() - 1);
  }

  private List<Held> stepwise(Held q, Held k, Held v) {
    int rank = q.type().rank();
    float scale = (float) (1 / Math.sqrt(depth(q)));
    Expr scaled = Expr.aten("mul", q.expr(), new Expr.FloatLiteral(scale));
    Expr turned =
        Expr.aten("transpose", k.expr(), new Expr.IntLiteral(-2), new Expr.IntLiteral(-1));
    Held scores =
        context.assign(
            "scores",
            Expr.aten("matmul", scaled, turned),
            q.type().withDims(dims(q, k.type().dims().extent(rank - 2))));
    Held weights = weights(scores);
    Held dropped =
        dropout == 0
            ? weights
            : context.call(
                new ModuleCall(new Dropout(dropout), Map.of(), "dropout"), weights, weights.type());
    Held y =
        context.assign(
            "attention",
            Expr.aten("matmul", dropped.expr(), v.expr()),
            q.type().withDims(dims(q, v.type().dims().extent(rank - 1))));
    return List.of(y, weights);
  }

  private Held weights(Held scores) {
    if (mask.isEmpty()) {
      return softmax(scores);
    }
    Held isSeen = mask.over(scores, context);
    Expr hidden = Expr.aten("logical_not", isSeen.expr());
    Held masked =
        context.assign(
            "scores",
            Expr.aten("masked_fill", scores.expr(), hidden, new Expr.FloatLiteral(LOW)),
            scores.type());
    Held weights = softmax(masked);
    return zeroesHidden
        ? context.assign(
            "weights",
            Expr.aten("masked_fill", weights.expr(), hidden, new Expr.FloatLiteral(0)),
            weights.type())
        : weights;
  }

  private Held softmax(Held scores) {
    return context.assign(
        "weights", Expr.aten("softmax", scores.expr(), new Expr.IntLiteral(-1)), scores.type());
  }

  private static Dims dims(Held like, long last) {
    List<Long> extents = new ArrayList<>(like.type().dims().extents());
    extents.set(extents.size() - 1, last);
    return new Dims(extents);
  }
}
