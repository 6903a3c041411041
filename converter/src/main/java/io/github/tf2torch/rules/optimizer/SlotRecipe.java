package io.github.tf2torch.rules.optimizer;

import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The recipe of a parameter, made over a slot of its variables in their place. */
final class SlotRecipe {
  private SlotRecipe() {}

  /**
   * The slot as the parameter is; empty where a variable has none, or where the parameter is more
   * than its variables' elements in another place.
   *
   * @param slots by the variable that they belong to
   * @param initial where the parameter has elements of no variable
   */
  static Optional<TensorExpr> of(
      TensorExpr recipe, Map<String, TensorExpr.Stored> slots, double initial) {
    if (recipe instanceof TensorExpr.Stored stored) {
      return Optional.<TensorExpr>ofNullable(slots.get(stored.variable()))
          .filter(slot -> slot.shape().equals(stored.shape()));
    }
    if (recipe instanceof TensorExpr.Fill fill) {
      return Optional.of(new TensorExpr.Fill(fill.dtype(), fill.shape(), initial));
    }
    List<TensorExpr> inputs = new ArrayList<>();
    for (TensorExpr input : recipe.inputs()) {
      Optional<TensorExpr> of = of(input, slots, initial);
      if (of.isEmpty()) {
        return Optional.empty();
      }
      inputs.add(of.get());
    }
    return inputs.isEmpty() ? Optional.empty() : again(recipe, inputs);
  }

  private static Optional<TensorExpr> again(TensorExpr recipe, List<TensorExpr> inputs) {
    TensorExpr input = inputs.get(0);
    if (recipe instanceof TensorExpr.Permute permute) {
      return Optional.of(new TensorExpr.Permute(input, permute.axes()));
    }
    if (recipe instanceof TensorExpr.Reshape reshape) {
      return Optional.of(new TensorExpr.Reshape(input, reshape.shape()));
    }
    if (recipe instanceof TensorExpr.Slice slice) {
      return Optional.of(new TensorExpr.Slice(input, slice.axis(), slice.start(), slice.length()));
    }
    if (recipe instanceof TensorExpr.Concat concat) {
      return Optional.of(new TensorExpr.Concat(inputs, concat.axis()));
    }
    if (recipe instanceof TensorExpr.Cast cast) {
      return Optional.of(new TensorExpr.Cast(input, cast.dtype()));
    }
    return Optional.empty();
  }
}
