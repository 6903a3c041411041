package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Shape, Size and Rank: literals where known, else asked when the program runs. */
public final class Shapes implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Shape", "Size", "Rank");
  }

  @Override
  public InputOrder inputOrder(Node node) {
    return InputOrder.ANY;
  }

  @Override
  public void translate(Node node, OpContext context) {
    List<Expr> extents = extents(context);
    context.output(
        0,
        switch (node.op()) {
          case "Shape" -> new Value.Sizes(extents, false);
          case "Rank" -> scalar(new Expr.IntLiteral(extents.size()));
          case "Size" ->
              scalar(
                  extents.stream()
                      .reduce(new Expr.IntLiteral(1), (a, b) -> SizeArithmetic.apply("*", a, b)));
          default -> throw new AssertionError("no case for " + node.op());
        });
  }

  private static Value.Sizes scalar(Expr element) {
    return new Value.Sizes(List.of(element), true);
  }

  private static List<Expr> extents(OpContext context) {
    List<Expr> extents = new ArrayList<>();
    List<Long> dims = context.dims(0).extents();
    for (int axis = 0; axis < dims.size(); axis++) {
      extents.add(
          dims.get(axis) >= 0
              ? new Expr.IntLiteral(dims.get(axis))
              : extent((Held) context.input(0), axis));
    }
    return extents;
  }

  /** The extent of TensorFlow's axis, asked when the program runs where it isn't known. */
  static Expr extent(Held value, int axis) {
    if (value.type().dims().isKnown(axis)) {
      return new Expr.IntLiteral(value.type().dims().extent(axis));
    }
    return Expr.aten(
        "size", value.expr(), new Expr.IntLiteral(value.type().order().dimensionOf(axis)));
  }
}
