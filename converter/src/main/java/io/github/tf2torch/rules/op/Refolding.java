package io.github.tf2torch.rules.op;

import io.github.tf2torch.model.target.Layout.Flattened;
import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Recipes with a layout folded in; steps that change nothing are left out. */
final class Refolding {
  private Refolding() {}

  /** Axis {@code i} of the result is axis {@code axes[i]}; as a reshape where only ones move. */
  static TensorExpr permute(TensorExpr expr, List<Integer> axes) {
    List<Integer> moved = axes.stream().filter(a -> expr.shape().dim(a) != 1).toList();
    if (moved.stream().sorted().toList().equals(moved)) {
      return reshape(expr, axes.stream().map(a -> expr.shape().dim(a)).toList());
    }
    return new TensorExpr.Permute(expr, axes);
  }

  static TensorExpr reshape(TensorExpr expr, List<Long> dims) {
    if (expr.shape().dims().equals(dims)) {
      return expr;
    }
    TensorExpr input = expr instanceof TensorExpr.Reshape r ? r.input() : expr;
    return input.shape().dims().equals(dims)
        ? input
        : new TensorExpr.Reshape(input, new Shape(dims));
  }

  /** The recipe with its last axis in the order in which the value enumerates it. */
  static TensorExpr lastAxis(TensorExpr expr, Flattened flattened) {
    int rank = expr.shape().rank();
    return rank == 0 ? expr : axis(expr, rank - 1, flattened);
  }

  /** The recipe with one axis in the order in which the value enumerates it. */
  static TensorExpr axis(TensorExpr expr, int axis, Flattened flattened) {
    List<Long> dims = expr.shape().dims();
    if (dims.get(axis) == 1) {
      return expr;
    }
    int inner = flattened.extents().size();
    List<Long> open = new ArrayList<>(dims.subList(0, axis));
    open.addAll(flattened.extents());
    open.addAll(dims.subList(axis + 1, dims.size()));
    List<Integer> order = new ArrayList<>(IntStream.range(0, axis).boxed().toList());
    flattened.held().forEach(h -> order.add(axis + h));
    IntStream.range(axis + inner, open.size()).forEach(order::add);
    return reshape(permute(reshape(expr, open), order), dims);
  }
}
