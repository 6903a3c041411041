package io.github.tf2torch.rules.layer;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.LayerContext;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What hides some of the values from some of the queries.
 *
 * @param given true where a value is seen, to be broadcast to scores; empty where none is hidden
 * @param isCausal whether a query sees no value behind its own place
 * @param window how far a query sees; 0 where it sees all
 */
record AttentionMask(Optional<Held> given, boolean isCausal, long window) {

  /**
   * Of a layer of heads: masks of its query, and of its value and key if it has one, and {@code
   * attention_mask}.
   */
  static AttentionMask of(
      LayerContext context, int axes, boolean isCausal, long window, List<Held> attended) {
    List<Held> all = new ArrayList<>();
    context.maskOf(attended.get(0)).ifPresent(m -> all.add(unsqueezed(m, 2, context)));
    for (Held other : attended.subList(1, attended.size())) {
      context.maskOf(other).ifPresent(m -> all.add(unsqueezed(m, 1, context)));
    }
    context.argument("attention_mask").ifPresent(m -> all.add(isSeen(m, context)));
    if (axes > 1 && (!all.isEmpty() || isCausal || window > 0)) {
      throw context.unsupported("attends along several axes with a mask");
    }
    Optional<Held> given =
        all.stream()
            .reduce((a, b) -> (Held) context.op("LogicalAnd", java.util.Map.of(), List.of(a, b)))
            .map(m -> m.type().rank() == 3 ? unsqueezed(m, 1, context) : m);
    return new AttentionMask(given, isCausal, window);
  }

  boolean isEmpty() {
    return given.isEmpty() && !isCausal && window == 0;
  }

  /** True where a value is seen, of the scores' own shape. */
  Held over(Held scores, LayerContext context) {
    Expr ones = Expr.aten("ones_like", scores.expr());
    List<Expr> parts = new ArrayList<>();
    given.ifPresent(g -> parts.add(g.expr()));
    if (isCausal) {
      parts.add(isPositive(Expr.aten("tril", ones)));
    }
    if (window > 0) {
      Expr above = Expr.aten("triu", ones, new Expr.IntLiteral(1 - window));
      parts.add(isPositive(Expr.aten("tril", above, new Expr.IntLiteral(window - 1))));
    }
    Expr all = parts.get(0);
    for (Expr part : parts.subList(1, parts.size())) {
      all = Expr.aten("logical_and", all, part);
    }
    TensorType type = scores.type().withDtype(DType.BOOL);
    return all instanceof Expr.Local ? new Held(all, type) : context.assign("mask", all, type);
  }

  private static Expr isPositive(Expr x) {
    return Expr.aten("gt", x, new Expr.IntLiteral(0));
  }

  private static Held isSeen(Held mask, LayerContext context) {
    Held plain = context.inOrder(mask, AxisOrder.identity(mask.type().rank()));
    return plain.type().dtype() == DType.BOOL
        ? plain
        : context.assign(
            "mask",
            Expr.aten("ne", plain.expr(), new Expr.IntLiteral(0)),
            plain.type().withDtype(DType.BOOL));
  }

  static Held unsqueezed(Held x, int axis, LayerContext context) {
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.add(axis, 1L);
    return context.assign(
        "mask",
        Expr.aten("unsqueeze", x.expr(), new Expr.IntLiteral(axis)),
        TensorType.plain(x.type().dtype(), new Dims(extents)));
  }
}
