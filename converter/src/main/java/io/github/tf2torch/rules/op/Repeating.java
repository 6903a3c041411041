package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Tile, ReverseV2 and Roll: the elements again, or in another order along some axes. */
public final class Repeating implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Tile", "ReverseV2", "Roll");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    Held x = context.unflattened(0);
    switch (node.op()) {
      case "Tile" -> context.output(0, tile(x, context));
      case "ReverseV2" -> {
        List<Long> dimensions =
            dimensions(context.integers(1), x.type()).stream().sorted().toList();
        context.output(
            0,
            dimensions.isEmpty()
                ? x
                : context.assign(Expr.aten("flip", x.expr(), Expr.ints(dimensions)), x.type()));
      }
      case "Roll" -> {
        Expr shifts = Expr.ints(context.integers(1));
        Expr dimensions = Expr.ints(dimensions(context.integers(2), x.type()));
        context.output(
            0, context.assign(Expr.aten("roll", x.expr(), shifts, dimensions), x.type()));
      }
      default -> throw new AssertionError("no case for " + node.op());
    }
  }

  private static List<Long> dimensions(List<Long> axes, TensorType type) {
    return axes.stream().map(a -> (long) type.order().dimensionOf(type.axis(a))).toList();
  }

  private static Held tile(Held x, OpContext context) {
    Value.Sizes times =
        context.sizes(1).orElseThrow(() -> context.unsupported("multiples that are computed"));
    List<Long> known = times.known();
    if (known.stream().allMatch(t -> t == 1)) {
      return x;
    }
    Dims dims =
        new Dims(
            IntStream.range(0, known.size())
                .mapToObj(
                    a ->
                        known.get(a) < 0 || !x.type().dims().isKnown(a)
                            ? (known.get(a) == 1 ? x.type().dims().extent(a) : -1L)
                            : known.get(a) * x.type().dims().extent(a))
                .toList());
    List<Expr> held = x.type().order().axes().stream().map(a -> times.elements().get(a)).toList();
    return context.assign(
        Expr.aten("repeat", x.expr(), new Expr.ListLiteral(held)), x.type().withDims(dims));
  }
}
