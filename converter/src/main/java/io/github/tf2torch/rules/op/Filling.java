package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import io.github.tf2torch.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Fill, BroadcastTo and Range. What fills is expanded, not copied, so that it follows the module to
 * another device or type.
 */
public final class Filling implements OpRule {
  /** So short a range may be of axes, which are to be known when they are counted. */
  private static final int MOST_AXES = 6;

  @Override
  public Set<String> ops() {
    return Set.of("Fill", "BroadcastTo", "Range");
  }

  @Override
  public void translate(Node node, OpContext context) {
    switch (node.op()) {
      case "Fill" -> context.output(0, expanded(context.held(1), 0, context));
      case "BroadcastTo" -> context.output(0, expanded(context.unflattened(0), 1, context));
      case "Range" -> context.output(0, range(context));
      default -> throw new AssertionError("no case for " + node.op());
    }
  }

  /** The value over a shape that another input holds. */
  private static Held expanded(Held value, int shape, OpContext context) {
    Value.Sizes sizes =
        context.sizes(shape).orElseThrow(() -> context.unsupported("a shape that is computed"));
    Dims dims = new Dims(sizes.known());
    boolean keepsOrder = value.type().rank() == dims.rank();
    if (keepsOrder && dims.shape().isPresent() && dims.equals(value.type().dims())) {
      return value;
    }
    AxisOrder order = keepsOrder ? value.type().order() : AxisOrder.identity(dims.rank());
    Held held =
        keepsOrder ? value : context.inOrder(value, AxisOrder.identity(value.type().rank()));
    List<Expr> elements = order.axes().stream().map(a -> sizes.elements().get(a)).toList();
    return context.assign(
        Expr.aten("expand", held.expr(), new Expr.ListLiteral(elements)),
        new TensorType(value.type().dtype(), dims, order));
  }

  private static Value range(OpContext context) {
    List<Expr> bounds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      bounds.add(
          context
              .sizes(i)
              .orElseThrow(() -> context.unsupported("a range between computed numbers"))
              .elements()
              .get(0));
    }
    boolean isKnown = bounds.stream().allMatch(b -> b instanceof Expr.IntLiteral);
    long count = -1;
    if (isKnown) {
      long[] known = bounds.stream().mapToLong(b -> ((Expr.IntLiteral) b).value()).toArray();
      count = Math.max(0, -Math.floorDiv(known[0] - known[1], known[2]));
    }
    DType dtype =
        IntStream.range(0, 3)
            .mapToObj(context::dtype)
            .filter(d -> d == DType.INT64)
            .findFirst()
            .orElse(DType.INT32);
    if (count >= 0 && count <= MOST_AXES && dtype == DType.INT32) {
      long first = ((Expr.IntLiteral) bounds.get(0)).value();
      long step = ((Expr.IntLiteral) bounds.get(2)).value();
      List<Expr> each =
          LongStream.range(0, count)
              .mapToObj(i -> (Expr) new Expr.IntLiteral(first + i * step))
              .toList();
      return new Value.Sizes(each, false);
    }
    Expr whole = Expr.aten("arange", bounds.get(0), bounds.get(1), bounds.get(2));
    return context.assign(
        "range",
        dtype == DType.INT64 ? whole : Expr.aten("to", whole, new Expr.DTypeLiteral(dtype)),
        TensorType.plain(dtype, Dims.of(count)));
  }
}
