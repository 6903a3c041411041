package io.github.tf2torch.verify.dropout;

import io.github.tf2torch.tensor.Shape;
import io.github.tf2torch.tensor.TensorExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A parameter's recipe for means along an axis of its variable, which stay in that axis's place
 * with an extent of 1.
 */
public final class MeansRecipe {
  private MeansRecipe() {}

  /**
   * The recipe; empty where the parameter is more than its variable's axes in another order.
   *
   * @param without the axis; empty where a slot is of its variable's shape
   */
  public static Optional<TensorExpr> of(TensorExpr recipe, OptionalInt without) {
    if (without.isEmpty()) {
      return Optional.of(recipe);
    }
    if (recipe instanceof TensorExpr.Permute permute) {
      return of(permute.input(), without).map(i -> new TensorExpr.Permute(i, permute.axes()));
    }
    return recipe instanceof TensorExpr.Stored stored
        ? Optional.of(means(stored, without.getAsInt()))
        : Optional.empty();
  }

  private static TensorExpr means(TensorExpr.Stored variable, int axis) {
    List<Long> held = new ArrayList<>(variable.shape().dims());
    held.remove(axis);
    List<Long> placed = new ArrayList<>(variable.shape().dims());
    placed.set(axis, 1L);
    TensorExpr means =
        new TensorExpr.Stored(variable.variable(), variable.dtype(), new Shape(held));
    return new TensorExpr.Reshape(means, new Shape(placed));
  }
}
