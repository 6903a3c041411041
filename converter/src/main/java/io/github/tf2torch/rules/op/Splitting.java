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
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Split, SplitV and Unpack: one narrow or select for each part. */
public final class Splitting implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Split", "SplitV", "Unpack");
  }

  @Override
  public void translate(Node node, OpContext context) {
    switch (node.op()) {
      case "Split" -> {
        int axis = axis(context, 1, context.integers(0).get(0));
        long extent = context.dims(1).extent(axis);
        long count = node.intAttr("num_split");
        if (extent < 0) {
          equalParts(context, axis, count);
          return;
        }
        List<Long> equal = Collections.nCopies(Math.toIntExact(count), extent / count);
        parts(context, 1, context.integers(0).get(0), equal);
      }
      case "SplitV" -> {
        List<Long> lengths = new ArrayList<>(context.integers(1));
        int open = lengths.indexOf(-1L);
        long axis = context.integers(2).get(0);
        if (open >= 0) {
          long extent = context.dims(0).extent(axis(context, 0, axis));
          if (extent < 0) {
            throw context.unsupported("the axis to split has an unknown extent");
          }
          lengths.set(open, extent - known(lengths));
        }
        parts(context, 0, axis, lengths);
      }
      case "Unpack" -> unpack(node, context);
      default -> throw new AssertionError("no case for " + node.op());
    }
  }

  /**
   * Of an axis of unknown extent; one that the count does not divide is an error, as it is there.
   */
  private static void equalParts(OpContext context, int axis, long count) {
    AxisOrder plain = AxisOrder.identity(context.dims(1).rank());
    Held x = context.held(1, plain);
    Expr at = new Expr.IntLiteral(axis);
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    extents.add(axis, count);
    Held all =
        context.assign(
            "parts",
            Expr.aten("unflatten", x.expr(), at, Expr.ints(List.of(Math.toIntExact(count), -1))),
            TensorType.plain(x.type().dtype(), new Dims(extents)));
    for (int i = 0; i < count; i++) {
      Expr part = Expr.aten("select", all.expr(), at, new Expr.IntLiteral(i));
      context.output(i, context.assign("part", part, x.type()));
    }
  }

  private static long known(List<Long> lengths) {
    return lengths.stream().filter(l -> l >= 0).mapToLong(l -> l).sum();
  }

  private static int axis(OpContext context, int index, long axis) {
    return Math.toIntExact(axis < 0 ? axis + context.dims(index).rank() : axis);
  }

  private static void parts(OpContext context, int index, long axis, List<Long> lengths) {
    int at = axis(context, index, axis);
    long start = 0;
    for (int i = 0; i < lengths.size(); i++) {
      long length = lengths.get(i);
      if (context.input(index) instanceof Value.Weight w) {
        context.output(i, new Value.Weight(new TensorExpr.Slice(w.recipe(), at, start, length)));
      } else {
        Held x = context.unflattened(index);
        List<Long> extents = new ArrayList<>(x.type().dims().extents());
        extents.set(at, length);
        context.output(
            i,
            context.assign(
                "part",
                Expr.aten(
                    "narrow",
                    x.expr(),
                    new Expr.IntLiteral(x.type().order().dimensionOf(at)),
                    new Expr.IntLiteral(start),
                    new Expr.IntLiteral(length)),
                x.type().withDims(new Dims(extents))));
      }
      start += length;
    }
  }

  private static void unpack(Node node, OpContext context) {
    int axis = axis(context, 0, node.intAttr("axis"));
    long count = node.intAttr("num");
    if (context.input(0) instanceof Value.Sizes sizes) {
      for (int i = 0; i < count; i++) {
        context.output(i, new Value.Sizes(List.of(sizes.elements().get(i)), true));
      }
      return;
    }
    Held x = context.unflattened(0);
    TensorType type = Reduction.without(x.type(), Set.of(axis));
    for (int i = 0; i < count; i++) {
      context.output(
          i,
          context.assign(
              "part",
              Expr.aten(
                  "select",
                  x.expr(),
                  new Expr.IntLiteral(x.type().order().dimensionOf(axis)),
                  new Expr.IntLiteral(i)),
              type));
    }
  }
}
