package io.github.tf2torch.translate;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;

/** Lists of what the steps of a loop answer, which TensorFlow has with time first. */
final class LoopLists {
  private LoopLists() {}

  /** What the last step answers. */
  static Held last(Held all, NodeContext context) {
    TensorType type = all.type();
    Expr time = new Expr.IntLiteral(type.order().dimensionOf(0));
    return context.assign(
        "last",
        Expr.aten("select", all.expr(), time, new Expr.IntLiteral(-1)),
        TensorType.plain(type.dtype(), new Dims(type.dims().extents().subList(1, type.rank()))));
  }

  /** A list of one item alone. */
  static Held ofOne(Held item, NodeContext context) {
    List<Long> extents = new ArrayList<>(item.type().dims().extents());
    extents.add(0, 1L);
    return context.assign(
        "last",
        Expr.aten("unsqueeze", item.expr(), new Expr.IntLiteral(0)),
        TensorType.plain(item.type().dtype(), new Dims(extents)));
  }
}
