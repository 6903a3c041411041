package io.github.tf2torch.verify.subject;

import io.github.tf2torch.tensor.DType;
import io.github.tf2torch.tensor.TensorExpr;

/**
 * A recipe over values of another type than the stored ones: what an engine has made of them. A
 * constant of the graph is read by its node's name, as a variable is by its own.
 */
public final class Retyped {
  private Retyped() {}

  public static TensorExpr of(TensorExpr recipe, DType dtype) {
    if (recipe instanceof TensorExpr.Stored e) {
      return new TensorExpr.Stored(e.variable(), dtype, e.shape());
    }
    if (recipe instanceof TensorExpr.Constant e) {
      return new TensorExpr.Stored(e.node(), dtype, e.shape());
    }
    if (recipe instanceof TensorExpr.Fill e) {
      return new TensorExpr.Fill(dtype, e.shape(), e.value());
    }
    if (recipe instanceof TensorExpr.Permute e) {
      return new TensorExpr.Permute(of(e.input(), dtype), e.axes());
    }
    if (recipe instanceof TensorExpr.Reshape e) {
      return new TensorExpr.Reshape(of(e.input(), dtype), e.shape());
    }
    if (recipe instanceof TensorExpr.Slice e) {
      return new TensorExpr.Slice(of(e.input(), dtype), e.axis(), e.start(), e.length());
    }
    if (recipe instanceof TensorExpr.Concat e) {
      return new TensorExpr.Concat(e.inputs().stream().map(i -> of(i, dtype)).toList(), e.axis());
    }
    if (recipe instanceof TensorExpr.Scale e) {
      return new TensorExpr.Scale(of(e.input(), dtype), e.factor());
    }
    if (recipe instanceof TensorExpr.Cast e) {
      return of(e.input(), dtype);
    }
    throw new AssertionError("no case for " + recipe.getClass().getSimpleName());
  }
}
