package io.github.tf2torch.verify.gradients;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The way of a gradient from a tensor of PyTorch's back to what its recipe was made of. A recipe is
 * linear, so that this is its adjoint: what was permuted is permuted back, what was cut out goes
 * back to its place among zeros, and what went to several places comes back as their sum.
 */
final class Adjoint {
  private Adjoint() {}

  /** A leaf's share, in the leaf's own order. */
  interface Leaf extends BiConsumer<TensorExpr, double[]> {}

  /** Visits every leaf of the recipe with what reaches it; one that is there twice, twice. */
  static void back(TensorExpr recipe, double[] gradient, Leaf leaf) {
    if (recipe instanceof TensorExpr.Permute e) {
      back(e.input(), permuted(gradient, e.shape(), inverse(e.axes())), leaf);
    } else if (recipe instanceof TensorExpr.Reshape e) {
      back(e.input(), gradient, leaf);
    } else if (recipe instanceof TensorExpr.Cast e) {
      back(e.input(), gradient, leaf);
    } else if (recipe instanceof TensorExpr.Scale e) {
      double[] scaled = gradient.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] *= e.factor();
      }
      back(e.input(), scaled, leaf);
    } else if (recipe instanceof TensorExpr.Shift e) {
      back(e.input(), gradient, leaf);
    } else if (recipe instanceof TensorExpr.Sum e) {
      e.inputs().forEach(part -> back(part, gradient, leaf));
    } else if (recipe instanceof TensorExpr.Slice e) {
      double[] whole = new double[Math.toIntExact(e.input().shape().count())];
      move(gradient, e.shape(), e.axis(), whole, e.input().shape(), e.start(), true);
      back(e.input(), whole, leaf);
    } else if (recipe instanceof TensorExpr.Concat e) {
      long start = 0;
      for (TensorExpr part : e.inputs()) {
        double[] share = new double[Math.toIntExact(part.shape().count())];
        move(share, part.shape(), e.axis(), gradient, e.shape(), start, false);
        back(part, share, leaf);
        start += part.shape().dim(e.axis());
      }
    } else if (!(recipe instanceof TensorExpr.Fill)) {
      leaf.accept(recipe, gradient);
    }
  }

  private static List<Integer> inverse(List<Integer> axes) {
    List<Integer> back = new ArrayList<>(Collections.nCopies(axes.size(), 0));
    for (int i = 0; i < axes.size(); i++) {
      back.set(axes.get(i), i);
    }
    return back;
  }

  /** Axis {@code i} of the result is axis {@code axes[i]} of the values. */
  private static double[] permuted(double[] values, Shape shape, List<Integer> axes) {
    int rank = axes.size();
    long[] step = new long[rank];
    long[] extent = new long[rank];
    for (int i = 0; i < rank; i++) {
      extent[i] = shape.dim(axes.get(i));
      step[i] = 1;
      for (int axis = axes.get(i) + 1; axis < rank; axis++) {
        step[i] *= shape.dim(axis);
      }
    }
    double[] out = new double[values.length];
    long[] index = new long[rank];
    long from = 0;
    for (int at = 0; at < out.length; at++) {
      out[at] = values[(int) from];
      for (int axis = rank - 1; axis >= 0; axis--) {
        from += step[axis];
        if (++index[axis] < extent[axis]) {
          break;
        }
        from -= step[axis] * extent[axis];
        index[axis] = 0;
      }
    }
    return out;
  }

  /** Copies between a part and its place in the whole, along one axis. */
  private static void move(
      double[] part,
      Shape partShape,
      int axis,
      double[] whole,
      Shape wholeShape,
      long start,
      boolean toWhole) {
    int inner = 1;
    for (int i = axis + 1; i < partShape.rank(); i++) {
      inner *= (int) partShape.dim(i);
    }
    int row = inner * (int) partShape.dim(axis);
    int wholeRow = inner * (int) wholeShape.dim(axis);
    int rows = row == 0 ? 0 : part.length / row;
    for (int r = 0; r < rows; r++) {
      int place = r * wholeRow + (int) start * inner;
      if (toWhole) {
        System.arraycopy(part, r * row, whole, place, row);
      } else {
        System.arraycopy(whole, place, part, r * row, row);
      }
    }
  }
}
