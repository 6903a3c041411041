package io.github.tf2torch.verify.opening;

import io.github.tf2torch.tensor.TensorExpr;
import java.util.List;
import java.util.function.UnaryOperator;

/** A recipe with other leaves. */
final class LeafMap {
  private LeafMap() {}

  static TensorExpr of(TensorExpr recipe, UnaryOperator<TensorExpr> leaf) {
    if (recipe.inputs().isEmpty()) {
      return leaf.apply(recipe);
    }
    List<TensorExpr> inputs = recipe.inputs().stream().map(i -> of(i, leaf)).toList();
    TensorExpr input = inputs.get(0);
    if (recipe instanceof TensorExpr.Permute e) {
      return new TensorExpr.Permute(input, e.axes());
    }
    if (recipe instanceof TensorExpr.Reshape e) {
      return new TensorExpr.Reshape(input, e.shape());
    }
    if (recipe instanceof TensorExpr.Slice e) {
      return new TensorExpr.Slice(input, e.axis(), e.start(), e.length());
    }
    if (recipe instanceof TensorExpr.Concat e) {
      return new TensorExpr.Concat(inputs, e.axis());
    }
    if (recipe instanceof TensorExpr.Scale e) {
      return new TensorExpr.Scale(input, e.factor());
    }
    if (recipe instanceof TensorExpr.Shift e) {
      return new TensorExpr.Shift(input, e.amount());
    }
    if (recipe instanceof TensorExpr.Sum) {
      return new TensorExpr.Sum(inputs);
    }
    if (recipe instanceof TensorExpr.Cast e) {
      return new TensorExpr.Cast(input, e.dtype());
    }
    throw new AssertionError("no case for " + recipe.getClass().getSimpleName());
  }
}
