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
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** ConcatV2 and Pack, of tensors and of extents. */
public final class Joining implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("ConcatV2", "Pack");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return node.op().equals("ConcatV2") ? InputOrder.ANY : InputOrder.TENSORFLOW;
  }

  @Override
  public void translate(Node node, OpContext context) {
    boolean isPack = node.op().equals("Pack");
    int count = node.inputs().size() - (isPack ? 0 : 1);
    Optional<Value.Sizes> sizes = sizes(context, count);
    if (sizes.isPresent()) {
      context.output(0, sizes.get());
      return;
    }
    context.output(0, isPack ? stack(node, count, context) : concatenate(count, context));
  }

  /** The extents one after another, if all inputs are extents and not all of them constants. */
  private static Optional<Value.Sizes> sizes(OpContext context, int count) {
    List<Expr> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<Value.Sizes> part = context.sizes(i);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      elements.addAll(part.get().elements());
    }
    return Optional.of(new Value.Sizes(elements, false));
  }

  private static Value concatenate(int count, OpContext context) {
    TensorType shape = TensorType.plain(dtype(context, 0), context.dims(0));
    int axis = shape.axis(context.integers(count).get(0));
    if (IntStream.range(0, count).allMatch(i -> context.weight(i).isPresent())) {
      return new Value.Weight(
          new TensorExpr.Concat(
              IntStream.range(0, count).mapToObj(i -> context.weight(i).orElseThrow()).toList(),
              axis));
    }
    AxisOrder order = commonOrder(context, count, shape.rank());
    List<Expr> parts = new ArrayList<>();
    List<Long> extents = new ArrayList<>(context.dims(0).extents());
    long sum = 0;
    for (int i = 0; i < count; i++) {
      parts.add(context.held(i, order).expr());
      Dims dims = context.dims(i);
      sum = sum < 0 || !dims.isKnown(axis) ? -1 : sum + dims.extent(axis);
      for (int a = 0; a < extents.size(); a++) {
        extents.set(a, Math.max(extents.get(a), dims.extent(a)));
      }
    }
    extents.set(axis, sum);
    return context.assign(
        Expr.aten("cat", new Expr.ListLiteral(parts), new Expr.IntLiteral(order.dimensionOf(axis))),
        new TensorType(shape.dtype(), new Dims(extents), order));
  }

  private static Held stack(Node node, int count, OpContext context) {
    int rank = context.dims(0).rank();
    long axis = node.intAttr("axis");
    int at = Math.toIntExact(axis < 0 ? axis + rank + 1 : axis);
    List<Expr> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(context.held(i, AxisOrder.identity(rank)).expr());
    }
    List<Long> extents = new ArrayList<>(context.dims(0).extents());
    extents.add(at, (long) count);
    return context.assign(
        Expr.aten("stack", new Expr.ListLiteral(parts), new Expr.IntLiteral(at)),
        TensorType.plain(dtype(context, 0), new Dims(extents)));
  }

  /** The order of the first input that is held in another one than TensorFlow's. */
  private static AxisOrder commonOrder(OpContext context, int count, int rank) {
    return IntStream.range(0, count)
        .mapToObj(context::input)
        .filter(Held.class::isInstance)
        .map(v -> ((Held) v).type().order())
        .filter(o -> !o.isIdentity())
        .findFirst()
        .orElse(AxisOrder.identity(rank));
  }

  private static io.github.tf2torch.tensor.DType dtype(OpContext context, int index) {
    return context.input(index) instanceof Held h
        ? h.type().dtype()
        : context
            .weight(index)
            .map(TensorExpr::dtype)
            .orElse(io.github.tf2torch.tensor.DType.INT64);
  }
}
