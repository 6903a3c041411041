package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.source.Dims;
import io.github.tf2torch.model.source.Node;
import io.github.tf2torch.model.target.Expr;
import io.github.tf2torch.rules.OpContext;
import io.github.tf2torch.rules.OpRule;
import io.github.tf2torch.rules.TensorType;
import io.github.tf2torch.rules.Value;
import io.github.tf2torch.rules.Value.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** StridedSlice and Slice, of tensors and of extents. */
public final class Slicing implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("StridedSlice", "Slice");
  }

  @Override
  public void translate(Node node, OpContext context) {
    List<AxisSlice> slices =
        node.op().equals("Slice")
            ? AxisSlice.ofSlice(context)
            : AxisSlice.ofStridedSlice(node, context);
    if (context.input(0) instanceof Value.Sizes || isShapeConstant(context)) {
      context.output(0, elements(context.sizes(0).orElseThrow(), slices, context));
      return;
    }
    context.output(0, slice(context.unflattened(0), slices, context));
  }

  private static boolean isShapeConstant(OpContext context) {
    return context.sizes(0).isPresent() && context.dims(0).rank() == 1;
  }

  private static Value elements(Value.Sizes sizes, List<AxisSlice> slices, OpContext context) {
    if (slices.size() != 1 || slices.get(0).isNew()) {
      throw context.unsupported("an axis added to a shape");
    }
    AxisSlice slice = slices.get(0);
    int count = sizes.elements().size();
    if (slice.isShrunk()) {
      int at = Math.toIntExact(slice.first(count));
      return new Value.Sizes(List.of(sizes.elements().get(at)), true);
    }
    List<Expr> picked = new ArrayList<>();
    long end = slice.last(count);
    for (long i = slice.first(count); slice.stride() > 0 ? i < end : i > end; i += slice.stride()) {
      picked.add(sizes.elements().get(Math.toIntExact(i)));
    }
    return new Value.Sizes(picked, false);
  }

  private static Held slice(Held x, List<AxisSlice> slices, OpContext context) {
    Expr expr = x.expr();
    List<Long> extents = new ArrayList<>(x.type().dims().extents());
    Set<Integer> shrunk = new TreeSet<>();
    List<Integer> added = new ArrayList<>();
    int axis = 0;
    int place = 0;
    for (AxisSlice slice : slices) {
      if (slice.isNew()) {
        added.add(place++);
        continue;
      }
      if (slice.isShrunk()) {
        shrunk.add(axis);
      } else {
        expr = narrowed(expr, x.type(), axis, slice, context);
        extents.set(axis, slice.extent(extents.get(axis)));
        place++;
      }
      axis++;
    }
    TensorType type = x.type().withDims(new Dims(extents));
    List<AxisSlice> own = slices.stream().filter(s -> !s.isNew()).toList();
    // from the last dimension on, so that those before keep their numbers
    for (int dimension = type.rank() - 1; dimension >= 0; dimension--) {
      int tfAxis = type.order().axes().get(dimension);
      if (shrunk.contains(tfAxis)) {
        expr =
            Expr.aten(
                "select",
                expr,
                new Expr.IntLiteral(dimension),
                new Expr.IntLiteral(own.get(tfAxis).begin().orElse(0)));
      }
    }
    type = Reduction.without(type, shrunk);
    Held result = expr.equals(x.expr()) ? new Held(expr, type) : context.assign("part", expr, type);
    return added.isEmpty() ? result : withAxes(result, added, context);
  }

  private static Held withAxes(Held x, List<Integer> places, OpContext context) {
    Held plain =
        context.inOrder(x, io.github.tf2torch.model.target.AxisOrder.identity(x.type().rank()));
    Expr expr = plain.expr();
    List<Long> extents = new ArrayList<>(plain.type().dims().extents());
    for (int place : places) {
      expr = Expr.aten("unsqueeze", expr, new Expr.IntLiteral(place));
      extents.add(place, 1L);
    }
    return context.assign("part", expr, TensorType.plain(plain.type().dtype(), new Dims(extents)));
  }

  private static Expr narrowed(
      Expr expr, TensorType type, int axis, AxisSlice slice, OpContext context) {
    if (slice.isWhole()) {
      return expr;
    }
    Expr dimension = new Expr.IntLiteral(type.order().dimensionOf(axis));
    long extent = type.dims().extent(axis);
    if (slice.stride() < 0) {
      return backwards(expr, dimension, extent, slice, context);
    }
    if (extent >= 0 && slice.stride() == 1) {
      long first = slice.first(extent);
      if (first == 0 && slice.last(extent) == extent) {
        return expr;
      }
      return Expr.aten(
          "narrow",
          expr,
          dimension,
          new Expr.IntLiteral(first),
          new Expr.IntLiteral(Math.max(0, slice.last(extent) - first)));
    }
    return Expr.aten(
        "slice",
        expr,
        dimension,
        literal(slice.begin()),
        literal(slice.end()),
        new Expr.IntLiteral(slice.stride()));
  }

  /** The whole axis turned over, and of that a slice which runs forwards. */
  private static Expr backwards(
      Expr expr, Expr dimension, long extent, AxisSlice slice, OpContext context) {
    Expr turned = Expr.aten("flip", expr, new Expr.ListLiteral(List.of(dimension)));
    boolean isOpen = slice.begin().isEmpty() && slice.end().isEmpty();
    if (isOpen && slice.stride() == -1) {
      return turned;
    }
    if (extent < 0 && !isOpen) {
      throw context.unsupported("a slice that runs backwards along an axis of unknown extent");
    }
    boolean fromEnd = slice.begin().isEmpty();
    Expr none = new Expr.NoneLiteral();
    return Expr.aten(
        "slice",
        turned,
        dimension,
        fromEnd ? none : new Expr.IntLiteral(extent - 1 - slice.first(extent)),
        slice.end().isEmpty() ? none : new Expr.IntLiteral(extent - 1 - slice.last(extent)),
        new Expr.IntLiteral(-slice.stride()));
  }

  private static Expr literal(OptionalLong value) {
    return value.isPresent() ? new Expr.IntLiteral(value.getAsLong()) : new Expr.NoneLiteral();
  }
}
