package io.github.tf2torch.tensor;

import java.util.List;
import java.util.Map;

/**
 * The same recipes over other variables.
 *
 * @param variables name in a recipe → the name that stands there instead
 */
public record Substitution(Map<String, String> variables) {
  public Substitution {
    variables = Map.copyOf(variables);
  }

  /** The recipe with every variable replaced that has something to stand for it. */
  public TensorExpr in(TensorExpr expr) {
    if (expr instanceof TensorExpr.Stored stored) {
      String name = variables.getOrDefault(stored.variable(), stored.variable());
      return new TensorExpr.Stored(name, stored.dtype(), stored.shape());
    }
    if (expr instanceof TensorExpr.Constant || expr instanceof TensorExpr.Fill) {
      return expr;
    }
    if (expr instanceof TensorExpr.Permute permute) {
      return new TensorExpr.Permute(in(permute.input()), permute.axes());
    }
    if (expr instanceof TensorExpr.Reshape reshape) {
      return new TensorExpr.Reshape(in(reshape.input()), reshape.shape());
    }
    if (expr instanceof TensorExpr.Slice s) {
      return new TensorExpr.Slice(in(s.input()), s.axis(), s.start(), s.length());
    }
    if (expr instanceof TensorExpr.Concat concat) {
      return new TensorExpr.Concat(all(concat.inputs()), concat.axis());
    }
    if (expr instanceof TensorExpr.Scale scale) {
      return new TensorExpr.Scale(in(scale.input()), scale.factor());
    }
    if (expr instanceof TensorExpr.Shift shift) {
      return new TensorExpr.Shift(in(shift.input()), shift.amount());
    }
    if (expr instanceof TensorExpr.Sum sum) {
      return new TensorExpr.Sum(all(sum.inputs()));
    }
    if (expr instanceof TensorExpr.Cast cast) {
      return new TensorExpr.Cast(in(cast.input()), cast.dtype());
    }
    throw new AssertionError("no case for " + expr.getClass().getSimpleName());
  }

  private List<TensorExpr> all(List<TensorExpr> inputs) {
    return inputs.stream().map(this::in).toList();
  }
}
