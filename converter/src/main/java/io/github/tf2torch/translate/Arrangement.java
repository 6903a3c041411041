package io.github.tf2torch.translate;

import io.github.tf2torch.model.target.AxisOrder;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.model.target.Layout;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The calls that bring a value into another layout; none where nothing moves. */
final class Arrangement {
  private final Program program;

  Arrangement(Program program) {
    this.program = program;
  }

  /** The value in that order, its last axis as TensorFlow enumerates it. */
  Held inOrder(Held value, AxisOrder order) {
    Held plain = unflattened(value);
    TensorType from = plain.type();
    if (from.order().equals(order)) {
      return plain;
    }
    TensorType to = from.withOrder(order);
    if (from.heldExtents().equals(to.heldExtents()) && significant(from).equals(significant(to))) {
      return new Held(plain.expr(), to);
    }
    if (significant(from).equals(significant(to)) && to.unknowns() < 2) {
      return program.assign(
          "reshape", Expr.aten("reshape", plain.expr(), Expr.ints(to.heldExtents())), to);
    }
    List<Integer> dimensions =
        order.axes().stream().map(axis -> from.order().dimensionOf(axis)).toList();
    return program.assign("permute", Expr.aten("permute", plain.expr(), Expr.ints(dimensions)), to);
  }

  /** The value with its last axis as TensorFlow enumerates it. */
  Held unflattened(Held value) {
    if (value.type().layout().flattened().isEmpty()) {
      return value;
    }
    Layout.Flattened flattened = value.type().layout().flattened().get();
    int lead = value.type().rank() - 1;
    List<Long> opened = flattened.held().stream().map(flattened.extents()::get).toList();
    List<Integer> back = new ArrayList<>(IntStream.range(0, lead).boxed().toList());
    IntStream.range(0, opened.size()).forEach(i -> back.add(lead + flattened.held().indexOf(i)));
    Expr expr = Expr.aten("unflatten", value.expr(), new Expr.IntLiteral(lead), Expr.ints(opened));
    expr = Expr.aten("permute", expr, Expr.ints(back));
    expr = Expr.aten("flatten", expr, new Expr.IntLiteral(lead));
    return program.assign(
        "flatten", expr, value.type().withLayout(Layout.tensorflow(value.type().rank())));
  }

  /** The axes that are not of one, in the order in which they are held. */
  private static List<Integer> significant(TensorType type) {
    return type.order().axes().stream().filter(a -> type.dims().extent(a) != 1).toList();
  }
}
